DROP TRIGGER `session_titles_insert`;
--> statement-breakpoint
DROP TRIGGER `session_titles_update`;
--> statement-breakpoint
DROP TRIGGER `session_titles_delete`;
--> statement-breakpoint
DROP TABLE `session_titles`;
--> statement-breakpoint
CREATE VIRTUAL TABLE `session_texts` USING fts5(`text`, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='2 3');
--> statement-breakpoint
INSERT INTO `session_texts` (rowid, `text`)
SELECT `row_number` * 1048576, `title` || ' ' || coalesce(`repository`, '') || ' ' || coalesce(`project_path`, '') || ' ' || coalesce(`branch`, '') FROM `sessions`;
--> statement-breakpoint
INSERT INTO `session_texts` (rowid, `text`)
SELECT s.`row_number` * 1048576 + row_number() OVER (PARTITION BY m.`session_id` ORDER BY m.`created_at`, m.`id`), m.`content`
FROM `session_messages` AS m JOIN `sessions` AS s ON s.`id` = m.`session_id`;
--> statement-breakpoint
CREATE TRIGGER `session_texts_delete` AFTER DELETE ON `sessions` BEGIN
  DELETE FROM session_texts WHERE rowid >= old.row_number * 1048576 AND rowid < (old.row_number + 1) * 1048576;
  DELETE FROM session_labels WHERE session_id = old.id;
END;
--> statement-breakpoint
CREATE TRIGGER `session_labels_insert` AFTER INSERT ON `sessions` WHEN new.labels <> '[]' BEGIN
  INSERT OR IGNORE INTO session_labels (session_id, label) SELECT new.id, value FROM json_each(new.labels);
END;
--> statement-breakpoint
CREATE TRIGGER `session_labels_update` AFTER UPDATE OF `labels` ON `sessions` WHEN old.labels <> new.labels BEGIN
  DELETE FROM session_labels WHERE session_id = new.id;
  INSERT OR IGNORE INTO session_labels (session_id, label) SELECT new.id, value FROM json_each(new.labels);
END;
