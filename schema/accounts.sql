-- What each program's database account may do: its own verbs on its own tables, nothing more. Run by
-- the database's administrator after `loketctl migrate`; the accounts themselves are made with
--     CREATE USER 'loket-login'@'localhost' IDENTIFIED VIA unix_socket;   -- or BY a password
-- loket-care (loketctl, migrations) is used by hand only.

GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES ON loket.* TO 'loket-care'@'localhost';

GRANT SELECT ON loket.revision TO 'loket-login'@'localhost', 'loket-refresh'@'localhost', 'loket-catalogue'@'localhost', 'loket-public'@'localhost';
GRANT SELECT ON loket.live_revision TO 'loket-login'@'localhost', 'loket-refresh'@'localhost', 'loket-catalogue'@'localhost', 'loket-public'@'localhost', 'loket-health'@'localhost', 'loket-watch'@'localhost';

GRANT SELECT, INSERT, DELETE ON loket.session TO 'loket-login'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON loket.throttle TO 'loket-login'@'localhost';
GRANT INSERT ON loket.change_log TO 'loket-login'@'localhost', 'loket-refresh'@'localhost', 'loket-catalogue'@'localhost';

GRANT SELECT, UPDATE, DELETE ON loket.session TO 'loket-refresh'@'localhost';
GRANT SELECT, DELETE ON loket.session TO 'loket-catalogue'@'localhost';

GRANT SELECT, DELETE, UPDATE (seen) ON loket.session TO 'loket-watch'@'localhost';
GRANT SELECT, INSERT, DELETE ON loket.change_log TO 'loket-watch'@'localhost';
GRANT SELECT, DELETE ON loket.throttle TO 'loket-watch'@'localhost';
GRANT SELECT, INSERT, UPDATE ON loket.search_missed TO 'loket-catalogue'@'localhost';
GRANT SELECT, DELETE ON loket.search_missed TO 'loket-watch'@'localhost';

-- Requests are records: they are added and read, never changed or removed.
GRANT SELECT, INSERT ON loket.ticket TO 'loket-catalogue'@'localhost';
GRANT SELECT, INSERT ON loket.ticket_event TO 'loket-catalogue'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON loket.favourite TO 'loket-catalogue'@'localhost';
GRANT SELECT, INSERT, UPDATE ON loket.person_state TO 'loket-catalogue'@'localhost', 'loket-watch'@'localhost';
GRANT SELECT ON loket.person_state TO 'loket-login'@'localhost', 'loket-refresh'@'localhost';

GRANT SELECT, INSERT, UPDATE ON loket.account_link TO 'loket-login'@'localhost';
GRANT SELECT ON loket.account_link TO 'loket-refresh'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON loket.account_link TO 'loket-catalogue'@'localhost';
GRANT SELECT, INSERT, UPDATE ON loket.refresh_wish TO 'loket-login'@'localhost';
GRANT SELECT, INSERT, UPDATE ON loket.refresh_wish TO 'loket-catalogue'@'localhost';
GRANT SELECT, DELETE ON loket.refresh_wish TO 'loket-refresh'@'localhost';
