UPDATE `usage` SET
  `repository_id` = (SELECT s.repository_id FROM sessions s WHERE s.id = usage.session_id),
  `requester_login` = (SELECT t.requester_login FROM tasks t WHERE t.id = usage.task_id);
--> statement-breakpoint
INSERT INTO `usage_days` (
  `account`, `day`, `repository_key`, `requester_login`, `model`, `repository_id`, `turns`, `input_tokens`,
  `output_tokens`, `cache_read_tokens`, `cache_write_tokens`, `cost_usd`, `duration_ms`
)
SELECT
  account, at / 86400000, coalesce(repository_id, 0), coalesce(requester_login, ''), coalesce(model, ''),
  max(repository_id), sum(turns), sum(input_tokens), sum(output_tokens), sum(cache_read_tokens),
  sum(cache_write_tokens), sum(cost_usd), sum(duration_ms)
FROM usage
GROUP BY 1, 2, 3, 4, 5;
--> statement-breakpoint
CREATE TRIGGER `usage_days_add` AFTER INSERT ON `usage` BEGIN
  INSERT INTO usage_days (
    account, day, repository_key, requester_login, model, repository_id, turns, input_tokens, output_tokens,
    cache_read_tokens, cache_write_tokens, cost_usd, duration_ms
  )
  VALUES (
    new.account, new.at / 86400000, coalesce(new.repository_id, 0), coalesce(new.requester_login, ''),
    coalesce(new.model, ''), new.repository_id, new.turns, new.input_tokens, new.output_tokens,
    new.cache_read_tokens, new.cache_write_tokens, new.cost_usd, new.duration_ms
  )
  ON CONFLICT (account, day, repository_key, requester_login, model) DO UPDATE SET
    turns = turns + excluded.turns,
    input_tokens = input_tokens + excluded.input_tokens,
    output_tokens = output_tokens + excluded.output_tokens,
    cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
    cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
    cost_usd = cost_usd + excluded.cost_usd,
    duration_ms = duration_ms + excluded.duration_ms;
END;
