-- The words file of a revision, and what people searched for without finding it.

ALTER TABLE revision ADD COLUMN IF NOT EXISTS words_xml LONGBLOB NULL COMMENT 'absent: none was imported';

CREATE TABLE IF NOT EXISTS search_missed (
  week  INT         NOT NULL COMMENT 'ISO year * 100 + week',
  words VARCHAR(64) NOT NULL COMMENT 'folded, in their order, without digits; of nobody',
  times INT         NOT NULL,
  PRIMARY KEY (week, words)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
