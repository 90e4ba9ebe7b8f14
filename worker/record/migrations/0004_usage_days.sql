CREATE TABLE `usage_days` (
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
);
--> statement-breakpoint
ALTER TABLE `usage` ADD `repository_id` integer;--> statement-breakpoint
ALTER TABLE `usage` ADD `requester_login` text;--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_by_account_created` ON `sessions` (`account`,`created_at`,`id`);