CREATE TABLE `audit_log` (
	`account` text NOT NULL,
	`number` integer NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`target` text NOT NULL,
	`outcome` text NOT NULL,
	`problem` text,
	`address` text,
	`user_agent` text,
	`details` text NOT NULL,
	`previous_hash` text NOT NULL,
	`hash` text NOT NULL,
	PRIMARY KEY(`account`, `number`)
);
--> statement-breakpoint
CREATE INDEX `audit_log_by_action` ON `audit_log` (`account`,`action`,`number`);