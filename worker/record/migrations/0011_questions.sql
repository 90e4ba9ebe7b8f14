CREATE TABLE `questions` (
	`session_id` text NOT NULL,
	`task_id` text NOT NULL,
	`id` text NOT NULL,
	`account` text NOT NULL,
	`repository_id` integer,
	`kind` text NOT NULL,
	`items` text NOT NULL,
	`tool` text,
	`tool_input` text,
	`status` text NOT NULL,
	`reply` text,
	`answered_by` text,
	`asked_at` integer NOT NULL,
	`settled_at` integer,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`session_id`, `task_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `questions_by_task` ON `questions` (`task_id`);