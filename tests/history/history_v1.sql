-- A history as version 1 of the schema left it, dumped by Python's sqlite3 (Connection.iterdump).
BEGIN TRANSACTION;
CREATE TABLE captures (target INTEGER PRIMARY KEY, capture TEXT NOT NULL);
INSERT INTO "captures" VALUES(1,'{"version":1,"capture":{"certificates":[{"$sha256":"41c571cf659631175eb068de351c57502fb31f26b21f0a53a2447ba2803c029c"}],"version":"TLS 1.2","cipher_suite":"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256","client_certificate":"not_requested","hello":"tls12","address":"127.0.0.1","connections":1,"waited":0.0,"remarks":[],"protocols":[],"views":[]},"findings":[]}');
CREATE TABLE certificates (
        id INTEGER PRIMARY KEY, fingerprint BLOB NOT NULL UNIQUE, first_seen REAL NOT NULL, last_seen REAL NOT NULL);
INSERT INTO "certificates" VALUES(1,X'41C571CF659631175EB068DE351C57502FB31F26B21F0A53A2447BA2803C029C',1795435200.0,1795435200.0);
CREATE TABLE clock (only INTEGER PRIMARY KEY CHECK (only = 1), steady_since REAL NOT NULL, latest REAL NOT NULL);
INSERT INTO "clock" VALUES(1,1795435200.0,1795435200.0);
CREATE TABLE ders (certificate INTEGER PRIMARY KEY, der BLOB NOT NULL);
INSERT INTO "ders" VALUES(1,X'746865206C656166206F6620746865207265636F726465642066696C65');
CREATE TABLE periods (
        id INTEGER PRIMARY KEY, target INTEGER NOT NULL, leaf INTEGER NOT NULL,
        first_seen REAL NOT NULL, last_seen REAL NOT NULL);
INSERT INTO "periods" VALUES(1,1,1,1795435200.0,1795435200.0);
CREATE TABLE targets (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL, host TEXT NOT NULL, port INTEGER NOT NULL, address TEXT NOT NULL,
        server_name TEXT NOT NULL, addresses TEXT NOT NULL, probed REAL NOT NULL, duration REAL NOT NULL,
        connections INTEGER NOT NULL, reason TEXT, detail TEXT, seen REAL, leaf INTEGER, period INTEGER,
        changes INTEGER NOT NULL DEFAULT 0, UNIQUE (name, host, port, address, server_name));
INSERT INTO "targets" VALUES(1,'aes1.example.com:4722','aes1.example.com',4722,'','aes1.example.com','first',1795435200.0,0.031,1,NULL,NULL,1795435200.0,1,1,0);
CREATE INDEX periods_of_target ON periods (target, id);
COMMIT;
PRAGMA application_id = 1634038627;
PRAGMA user_version = 1;
PRAGMA journal_mode = WAL;
