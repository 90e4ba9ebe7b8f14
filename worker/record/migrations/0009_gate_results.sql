CREATE TABLE `gate_results` (
	`session_id` text NOT NULL,
	`event_id` integer NOT NULL,
	`task_id` text NOT NULL,
	`account` text NOT NULL,
	`repository_id` integer,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`required` integer NOT NULL,
	`status` text NOT NULL,
	`detail` text,
	`exit_code` integer,
	`output` text NOT NULL,
	`output_cut` integer NOT NULL,
	`tests` text,
	`annotations` text NOT NULL,
	`duration_ms` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`session_id`, `event_id`)
);
--> statement-breakpoint
CREATE INDEX `gate_results_by_task` ON `gate_results` (`task_id`,`event_id`);--> statement-breakpoint
CREATE INDEX `gate_results_by_account` ON `gate_results` (`account`,`at`);