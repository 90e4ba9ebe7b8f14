CREATE TABLE `task_tools` (
	`session_id` text NOT NULL,
	`task_id` text NOT NULL,
	`tool` text NOT NULL,
	`calls` integer NOT NULL,
	`errors` integer NOT NULL,
	`duration_ms` real NOT NULL,
	PRIMARY KEY(`session_id`, `task_id`, `tool`)
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `task_tools` (`session_id`, `task_id`, `tool`, `calls`, `errors`, `duration_ms`)
SELECT session_id, task_id, tool, count(*), count(*) FILTER (WHERE status = 'error'), coalesce(sum(duration_ms), 0)
FROM command_logs
GROUP BY 1, 2, 3;
--> statement-breakpoint
DROP INDEX `command_logs_by_task`;
--> statement-breakpoint
CREATE TRIGGER `task_tools_insert` AFTER INSERT ON `command_logs` BEGIN
  INSERT INTO task_tools (session_id, task_id, tool, calls, errors, duration_ms)
  VALUES (new.session_id, new.task_id, new.tool, 1, new.status = 'error', coalesce(new.duration_ms, 0))
  ON CONFLICT (session_id, task_id, tool) DO UPDATE SET
    calls = calls + 1,
    errors = errors + excluded.errors,
    duration_ms = duration_ms + excluded.duration_ms;
END;
--> statement-breakpoint
CREATE TRIGGER `task_tools_update` AFTER UPDATE OF `tool`, `status`, `duration_ms` ON `command_logs`
WHEN old.tool <> new.tool OR old.status <> new.status OR old.duration_ms IS NOT new.duration_ms BEGIN
  INSERT INTO task_tools (session_id, task_id, tool, calls, errors, duration_ms)
  VALUES (new.session_id, new.task_id, new.tool, 1, new.status = 'error', coalesce(new.duration_ms, 0))
  ON CONFLICT (session_id, task_id, tool) DO UPDATE SET
    calls = calls + 1,
    errors = errors + excluded.errors,
    duration_ms = duration_ms + excluded.duration_ms;
  UPDATE task_tools SET
    calls = calls - 1,
    errors = errors - (old.status = 'error'),
    duration_ms = duration_ms - coalesce(old.duration_ms, 0)
  WHERE session_id = old.session_id AND task_id = old.task_id AND tool = old.tool;
  DELETE FROM task_tools
  WHERE session_id = old.session_id AND task_id = old.task_id AND tool = old.tool AND calls = 0;
END;
--> statement-breakpoint
CREATE TRIGGER `task_tools_delete` AFTER DELETE ON `command_logs` BEGIN
  UPDATE task_tools SET
    calls = calls - 1,
    errors = errors - (old.status = 'error'),
    duration_ms = duration_ms - coalesce(old.duration_ms, 0)
  WHERE session_id = old.session_id AND task_id = old.task_id AND tool = old.tool;
  DELETE FROM task_tools
  WHERE session_id = old.session_id AND task_id = old.task_id AND tool = old.tool AND calls = 0;
END;
--> statement-breakpoint
DROP TRIGGER `usage_days_add`;
--> statement-breakpoint
CREATE TABLE `usage_days_by_key` (
	`account` text NOT NULL,
	`day` integer NOT NULL,
	`repository_key` integer NOT NULL,
	`requester_login` text NOT NULL,
	`model` text NOT NULL,
	`repository_id` integer,
	`turns` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_tokens` integer NOT NULL,
	`cost_usd` real NOT NULL,
	`duration_ms` real NOT NULL,
	PRIMARY KEY(`account`, `day`, `repository_key`, `requester_login`, `model`)
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `usage_days_by_key` (
  `account`, `day`, `repository_key`, `requester_login`, `model`, `repository_id`, `turns`, `input_tokens`,
  `output_tokens`, `cache_read_tokens`, `cache_write_tokens`, `cost_usd`, `duration_ms`
)
SELECT
  account, day, repository_key, requester_login, model, repository_id, turns, input_tokens, output_tokens,
  cache_read_tokens, cache_write_tokens, cost_usd, duration_ms
FROM usage_days
ORDER BY 1, 2, 3, 4, 5;
--> statement-breakpoint
DROP TABLE `usage_days`;
--> statement-breakpoint
ALTER TABLE `usage_days_by_key` RENAME TO `usage_days`;
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
