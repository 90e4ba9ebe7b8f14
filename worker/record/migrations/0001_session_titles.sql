CREATE VIRTUAL TABLE `session_titles` USING fts5(`title`, content='sessions', content_rowid='row_number', tokenize='trigram');
--> statement-breakpoint
CREATE TRIGGER `session_titles_insert` AFTER INSERT ON `sessions` BEGIN
  INSERT INTO session_titles (rowid, title) VALUES (new.row_number, new.title);
END;
--> statement-breakpoint
CREATE TRIGGER `session_titles_update` AFTER UPDATE OF `title` ON `sessions` WHEN old.title IS NOT new.title BEGIN
  INSERT INTO session_titles (session_titles, rowid, title) VALUES ('delete', old.row_number, old.title);
  INSERT INTO session_titles (rowid, title) VALUES (new.row_number, new.title);
END;
--> statement-breakpoint
CREATE TRIGGER `session_titles_delete` AFTER DELETE ON `sessions` BEGIN
  INSERT INTO session_titles (session_titles, rowid, title) VALUES ('delete', old.row_number, old.title);
END;
