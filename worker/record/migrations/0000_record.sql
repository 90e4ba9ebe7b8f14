CREATE TABLE `accounts` (
	`key` text PRIMARY KEY NOT NULL,
	`login` text,
	`kind` text NOT NULL,
	`installation_id` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `command_logs` (
	`session_id` text NOT NULL,
	`task_id` text NOT NULL,
	`tool_use_id` text NOT NULL,
	`tool` text NOT NULL,
	`input` text NOT NULL,
	`input_cut` integer NOT NULL,
	`result` text,
	`result_cut` integer NOT NULL,
	`status` text NOT NULL,
	`started_at` integer NOT NULL,
	`duration_ms` real,
	PRIMARY KEY(`session_id`, `task_id`, `tool_use_id`)
);
--> statement-breakpoint
CREATE INDEX `command_logs_in_order` ON `command_logs` (`session_id`,`started_at`,`tool_use_id`);--> statement-breakpoint
CREATE TABLE `deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`event` text NOT NULL,
	`action` text,
	`status` text NOT NULL,
	`reason` text,
	`task_id` text,
	`attempts` integer NOT NULL,
	`received_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `deliveries_newest` ON `deliveries` (`received_at`,`id`);--> statement-breakpoint
CREATE INDEX `deliveries_by_account` ON `deliveries` (`account`,`received_at`,`id`);--> statement-breakpoint
CREATE TABLE `repositories` (
	`id` integer PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`installation_id` integer,
	`owner` text NOT NULL,
	`name` text NOT NULL,
	`clone_url` text NOT NULL,
	`html_url` text NOT NULL,
	`default_branch` text NOT NULL,
	`private` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `repositories_by_account` ON `repositories` (`account`,`owner`,`name`);--> statement-breakpoint
CREATE TABLE `runners` (
	`id` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`name` text NOT NULL,
	`status` text NOT NULL,
	`labels` text NOT NULL,
	`capacity` integer NOT NULL,
	`version` text,
	`claude_version` text,
	`platform` text,
	`last_seen_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `runners_by_account` ON `runners` (`account`,`name`);--> statement-breakpoint
CREATE TABLE `session_messages` (
	`session_id` text NOT NULL,
	`id` text NOT NULL,
	`task_id` text,
	`direction` text NOT NULL,
	`source` text NOT NULL,
	`author` text NOT NULL,
	`content` text NOT NULL,
	`status` text NOT NULL,
	`metadata` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`session_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `session_messages_in_order` ON `session_messages` (`session_id`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`row_number` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`key` text NOT NULL,
	`account` text NOT NULL,
	`title` text NOT NULL,
	`source` text NOT NULL,
	`status` text NOT NULL,
	`project_type` text NOT NULL,
	`project_path` text,
	`repository_id` integer,
	`repository` text,
	`branch` text,
	`url` text,
	`claude_session_id` text,
	`task_count` integer NOT NULL,
	`cost_usd` real NOT NULL,
	`last_event_id` integer NOT NULL,
	`metadata` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_id` ON `sessions` (`id`);--> statement-breakpoint
CREATE INDEX `sessions_newest` ON `sessions` (`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `sessions_by_account` ON `sessions` (`account`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `sessions_by_status` ON `sessions` (`status`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `sessions_by_account_status` ON `sessions` (`account`,`status`,`updated_at`,`id`);--> statement-breakpoint
CREATE TABLE `sign_in_tokens` (
	`hash` text PRIMARY KEY NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer
);
--> statement-breakpoint
CREATE INDEX `sign_in_tokens_expiry` ON `sign_in_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `tasks` (
	`id` text PRIMARY KEY NOT NULL,
	`session_id` text NOT NULL,
	`number` integer NOT NULL,
	`account` text NOT NULL,
	`state` text NOT NULL,
	`state_since` integer NOT NULL,
	`request` text NOT NULL,
	`source` text NOT NULL,
	`requester_login` text NOT NULL,
	`requester_id` integer,
	`options` text NOT NULL,
	`epoch` integer NOT NULL,
	`runner_id` text,
	`runner_name` text,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_tokens` integer NOT NULL,
	`cost_usd` real NOT NULL,
	`branch` text,
	`commit_sha` text,
	`pull_number` integer,
	`pull_url` text,
	`summary` text,
	`failure` text,
	`rescue_ref` text,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`ended_at` integer,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tasks_by_session` ON `tasks` (`session_id`,`number`);--> statement-breakpoint
CREATE INDEX `tasks_by_account` ON `tasks` (`account`,`updated_at`,`id`);--> statement-breakpoint
CREATE TABLE `usage` (
	`session_id` text NOT NULL,
	`event_id` integer NOT NULL,
	`task_id` text NOT NULL,
	`account` text NOT NULL,
	`model` text,
	`turns` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_tokens` integer NOT NULL,
	`cost_usd` real NOT NULL,
	`duration_ms` real NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`session_id`, `event_id`)
);
--> statement-breakpoint
CREATE INDEX `usage_by_account` ON `usage` (`account`,`at`);