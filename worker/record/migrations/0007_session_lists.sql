CREATE TABLE `session_labels` (
	`session_id` text NOT NULL,
	`label` text NOT NULL,
	PRIMARY KEY(`session_id`, `label`)
);
--> statement-breakpoint
CREATE INDEX `session_labels_by_label` ON `session_labels` (`label`,`session_id`);--> statement-breakpoint
ALTER TABLE `sessions` ADD `assignee` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `labels` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
CREATE INDEX `sessions_newest_created` ON `sessions` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `sessions_by_repository` ON `sessions` (`repository_id`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `sessions_by_assignee` ON `sessions` (`assignee`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `sessions_by_source` ON `sessions` (`source`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `sessions_by_type` ON `sessions` (`project_type`,`updated_at`,`id`);--> statement-breakpoint
ALTER TABLE `tasks` ADD `name` text;