DROP INDEX `audit_log_by_action`;--> statement-breakpoint
CREATE INDEX `audit_log_by_time` ON `audit_log` (`account`,`at`,`number`);--> statement-breakpoint
CREATE INDEX `audit_log_by_actor` ON `audit_log` (`account`,json_extract(`actor`, '$.name'),`at`,`number`);--> statement-breakpoint
CREATE INDEX `audit_log_by_target` ON `audit_log` (`account`,json_extract(`target`, '$.id'),`at`,`number`);--> statement-breakpoint
CREATE INDEX `audit_log_by_action` ON `audit_log` (`account`,`action`,`at`,`number`);
