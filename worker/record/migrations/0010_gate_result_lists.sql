DROP INDEX `gate_results_by_account`;--> statement-breakpoint
CREATE INDEX `gate_results_by_repository` ON `gate_results` (`account`,`repository_id`,`at`,`session_id`,`event_id`);--> statement-breakpoint
CREATE INDEX `gate_results_by_name` ON `gate_results` (`account`,`name`,`at`,`session_id`,`event_id`);--> statement-breakpoint
CREATE INDEX `gate_results_by_outcome` ON `gate_results` (`account`,`status`,`at`,`session_id`,`event_id`);--> statement-breakpoint
CREATE INDEX `gate_results_by_account` ON `gate_results` (`account`,`at`,`session_id`,`event_id`);