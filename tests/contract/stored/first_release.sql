BEGIN TRANSACTION;
CREATE TABLE access_token (
	hash TEXT NOT NULL, 
	device TEXT NOT NULL, 
	family TEXT NOT NULL, 
	expires BIGINT NOT NULL, 
	PRIMARY KEY (hash)
);
CREATE TABLE account (
	id TEXT NOT NULL, 
	name TEXT, 
	street TEXT, 
	postcode TEXT, 
	city TEXT, 
	country TEXT, 
	lat FLOAT, 
	lon FLOAT, 
	phone TEXT, 
	email TEXT, 
	website TEXT, 
	vat_id TEXT, 
	segment TEXT, 
	tags TEXT, 
	territory_id TEXT, 
	opening_hours TEXT, 
	note TEXT, 
	merged_into TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "account" VALUES('01a20320-a200-7000-8000-00000000000f','Fournil Bellevue',NULL,NULL,NULL,NULL,NULL,NULL,'+33472000002',NULL,NULL,NULL,NULL,'["fair"]','01a20320-a200-7000-8000-000000000002',NULL,NULL,NULL);
CREATE TABLE assignment (
	id TEXT NOT NULL, 
	territory_id TEXT, 
	user_id TEXT, 
	valid_from TEXT, 
	valid_to TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "assignment" VALUES('01a20320-a200-7000-8000-000000000005','01a20320-a200-7000-8000-000000000002','01a20320-a200-7000-8000-000000000004','2026-01-01',NULL);
INSERT INTO "assignment" VALUES('01a20320-a200-7000-8000-000000000007','01a20320-a200-7000-8000-000000000003','01a20320-a200-7000-8000-000000000006','2026-01-01',NULL);
INSERT INTO "assignment" VALUES('01a20320-a200-7000-8000-000000000009','01a20320-a200-7000-8000-000000000002','01a20320-a200-7000-8000-000000000008','2026-01-01',NULL);
INSERT INTO "assignment" VALUES('01a20320-a200-7000-8000-00000000000a','01a20320-a200-7000-8000-000000000003','01a20320-a200-7000-8000-000000000008','2026-01-01',NULL);
INSERT INTO "assignment" VALUES('01a20320-a200-7000-8000-00000000000c','01a20320-a200-7000-8000-000000000002','01a20320-a200-7000-8000-00000000000b','2026-01-01',NULL);
CREATE TABLE "conflict" (
	id TEXT NOT NULL, 
	account_id TEXT, 
	record_kind TEXT, 
	record_id TEXT, 
	field TEXT, 
	entries TEXT, 
	standing INTEGER, 
	state TEXT, 
	opened_at BIGINT, 
	closed_at BIGINT, 
	closed_by TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "conflict" VALUES('836131dd-15c0-5b03-b018-e8623c958a7b','01a20320-a200-7000-8000-00000000000f','account','01a20320-a200-7000-8000-00000000000f','phone','[{"value":"+33472000002","user_id":"01a20320-a200-7000-8000-000000000008","device":"K3","at":1795348800000,"seq":1,"seen":12},{"value":"+33472000001","user_id":"01a20320-a200-7000-8000-000000000004","device":"K2","at":1795348800000,"seq":1}]',0,'open',1795348800000,NULL,NULL);
CREATE TABLE contact (
	id TEXT NOT NULL, 
	account_id TEXT, 
	first_name TEXT, 
	last_name TEXT, 
	job_title TEXT, 
	phones TEXT, 
	emails TEXT, 
	language TEXT, 
	note TEXT, 
	merged_into TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE device (
	id TEXT NOT NULL, 
	code TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	platform TEXT NOT NULL, 
	enrolled_at BIGINT NOT NULL, 
	last_seen BIGINT, 
	revoked_at BIGINT, 
	last_seq BIGINT NOT NULL, 
	"offset" BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (code)
);
INSERT INTO "device" VALUES('device-K2','K2','01a20320-a200-7000-8000-000000000004','K2','test',1795348800000,1795348800000,NULL,1,0);
INSERT INTO "device" VALUES('device-K3','K3','01a20320-a200-7000-8000-000000000008','K3','test',1795348800000,1795348800000,NULL,1,0);
CREATE TABLE login (
	user_id TEXT NOT NULL, 
	login TEXT NOT NULL, 
	password_hash TEXT NOT NULL, 
	disabled INTEGER NOT NULL, 
	PRIMARY KEY (user_id), 
	UNIQUE (login)
);
CREATE TABLE meta (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('epoch','{"id":"000000000000000001"}');
INSERT INTO "meta" VALUES('head','14');
INSERT INTO "meta" VALUES('organisation','01a20320-a200-7000-8000-00000000000e');
INSERT INTO "meta" VALUES('organisation_name','Maison Fournil');
INSERT INTO "meta" VALUES('recovery_public','eBfyEke5+Os9P8F/3BdiHDEnEQ5zZ8Yq+YdYBLu2OEI=');
CREATE TABLE price_list (
	id TEXT NOT NULL, 
	name TEXT, 
	version INTEGER, 
	currency TEXT, 
	valid_from TEXT, 
	valid_to TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE price_rule (
	id TEXT NOT NULL, 
	price_list_id TEXT, 
	product_id TEXT, 
	segment TEXT, 
	min_quantity BIGINT, 
	price BIGINT, 
	priority INTEGER, 
	PRIMARY KEY (id)
);
CREATE TABLE product (
	id TEXT NOT NULL, 
	sku TEXT, 
	name_en TEXT, 
	name_fr TEXT, 
	name_el TEXT, 
	unit TEXT, 
	category TEXT, 
	tax_code TEXT, 
	active BOOLEAN, 
	PRIMARY KEY (id)
);
CREATE TABLE quote (
	id TEXT NOT NULL, 
	account_id TEXT, 
	user_id TEXT, 
	visit_id TEXT, 
	number TEXT, 
	revision INTEGER, 
	supersedes TEXT, 
	currency TEXT, 
	price_list_id TEXT, 
	price_list_version INTEGER, 
	rounding TEXT, 
	quoted_on TEXT, 
	valid_until TEXT, 
	note TEXT, 
	state TEXT, 
	net_total BIGINT, 
	tax_total BIGINT, 
	gross_total BIGINT, 
	sent_at BIGINT, 
	decided_at BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE quote_line (
	id TEXT NOT NULL, 
	quote_id TEXT, 
	account_id TEXT, 
	position INTEGER, 
	product_id TEXT, 
	description TEXT, 
	unit TEXT, 
	quantity BIGINT, 
	list_price BIGINT, 
	unit_price BIGINT, 
	price_origin TEXT, 
	discount BIGINT, 
	tax_code TEXT, 
	tax_rate BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE record_meta (
	id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	root TEXT NOT NULL, 
	scope TEXT NOT NULL, 
	rev BIGINT NOT NULL, 
	deleted INTEGER NOT NULL, 
	mark TEXT NOT NULL, 
	marks TEXT, 
	adds TEXT, 
	item BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "record_meta" VALUES('01a20320-a200-7000-8000-000000000002','territory','01a20320-a200-7000-8000-000000000002','org',1,0,'[117659978956800000,"S0",1,0]',NULL,NULL,4352254548980634407);
INSERT INTO "record_meta" VALUES('01a20320-a200-7000-8000-000000000003','territory','01a20320-a200-7000-8000-000000000003','org',2,0,'[117659978956800000,"S0",2,0]',NULL,NULL,4145655363045675758);
INSERT INTO "record_meta" VALUES('01a20320-a200-7000-8000-000000000004','user','01a20320-a200-7000-8000-000000000004','org',3,0,'[117659978956800000,"S0",3,0]',NULL,NULL,6518936101619055769);
INSERT INTO "record_meta" VALUES('01a20320-a200-7000-8000-000000000005','assignment','01a20320-a200-7000-8000-000000000005','org',4,0,'[117659978956800000,"S0",4,0]',NULL,NULL,3095863894653007773);
INSERT INTO "record_meta" VALUES('01a20320-a200-7000-8000-000000000006','user','01a20320-a200-7000-8000-000000000006','org',5,0,'[117659978956800000,"S0",5,0]',NULL,NULL,-551130320206682673);
INSERT INTO "record_meta" VALUES('01a20320-a200-7000-8000-000000000007','assignment','01a20320-a200-7000-8000-000000000007','org',6,0,'[117659978956800000,"S0",6,0]',NULL,NULL,-6549511415951872739);
INSERT INTO "record_meta" VALUES('01a20320-a200-7000-8000-000000000008','user','01a20320-a200-7000-8000-000000000008','org',7,0,'[117659978956800000,"S0",7,0]',NULL,NULL,6986086242107350096);
INSERT INTO "record_meta" VALUES('01a20320-a200-7000-8000-000000000009','assignment','01a20320-a200-7000-8000-000000000009','org',8,0,'[117659978956800000,"S0",8,0]',NULL,NULL,1721499537767694090);
INSERT INTO "record_meta" VALUES('01a20320-a200-7000-8000-00000000000a','assignment','01a20320-a200-7000-8000-00000000000a','org',9,0,'[117659978956800000,"S0",9,0]',NULL,NULL,-755160358832783368);
INSERT INTO "record_meta" VALUES('01a20320-a200-7000-8000-00000000000b','user','01a20320-a200-7000-8000-00000000000b','org',10,0,'[117659978956800000,"S0",10,0]',NULL,NULL,3347135449590141285);
INSERT INTO "record_meta" VALUES('01a20320-a200-7000-8000-00000000000c','assignment','01a20320-a200-7000-8000-00000000000c','org',11,0,'[117659978956800000,"S0",11,0]',NULL,NULL,-5514415924269380871);
INSERT INTO "record_meta" VALUES('01a20320-a200-7000-8000-00000000000f','account','01a20320-a200-7000-8000-00000000000f','territory:01a20320-a200-7000-8000-000000000002',14,0,'[117659978956800000,"S0",12,0]','{"phone":[117659978956800001,"K3",14,1]}',NULL,-1768131507688394740);
INSERT INTO "record_meta" VALUES('836131dd-15c0-5b03-b018-e8623c958a7b','conflict','01a20320-a200-7000-8000-00000000000f','territory:01a20320-a200-7000-8000-000000000002',14,0,'[117659978956800000,"S0",14,0]',NULL,NULL,5084344712947579623);
CREATE TABLE refresh_token (
	hash TEXT NOT NULL, 
	family TEXT NOT NULL, 
	device TEXT NOT NULL, 
	expires BIGINT NOT NULL, 
	used_at BIGINT, 
	PRIMARY KEY (hash)
);
CREATE TABLE scope_digest (
	scope TEXT NOT NULL, 
	count BIGINT NOT NULL, 
	digest BIGINT NOT NULL, 
	PRIMARY KEY (scope)
);
INSERT INTO "scope_digest" VALUES('org',11,-1649530955206712089);
INSERT INTO "scope_digest" VALUES('territory:01a20320-a200-7000-8000-000000000002',2,3316213205259184883);
CREATE TABLE scope_move (
	rev BIGINT NOT NULL, 
	root TEXT NOT NULL, 
	source TEXT NOT NULL, 
	target TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (rev, root)
);
CREATE TABLE sign_in_failure (
	login TEXT NOT NULL, 
	count INTEGER NOT NULL, 
	last_at BIGINT NOT NULL, 
	PRIMARY KEY (login)
);
CREATE TABLE tax_rate (
	id TEXT NOT NULL, 
	country TEXT, 
	code TEXT, 
	rate BIGINT, 
	valid_from TEXT, 
	valid_to TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE territory (
	id TEXT NOT NULL, 
	name TEXT, 
	lat FLOAT, 
	lon FLOAT, 
	PRIMARY KEY (id)
);
INSERT INTO "territory" VALUES('01a20320-a200-7000-8000-000000000002','Lyon',NULL,NULL);
INSERT INTO "territory" VALUES('01a20320-a200-7000-8000-000000000003','Nantes',NULL,NULL);
CREATE TABLE txn_log (
	id TEXT NOT NULL, 
	device TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	seq BIGINT NOT NULL, 
	payload_hash TEXT NOT NULL, 
	status TEXT NOT NULL, 
	rev BIGINT NOT NULL, 
	code TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	flags TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "txn_log" VALUES('01a20320-a200-7000-8000-000000000010','K2','01a20320-a200-7000-8000-000000000004',1,'5b398f6a5b8e62c96afc5841a3a69f5e96c57ef16a100e6472cb31337f053cb0','applied',13,'',1795348800000,NULL);
INSERT INTO "txn_log" VALUES('01a20320-a200-7000-8000-000000000011','K3','01a20320-a200-7000-8000-000000000008',1,'e7ce42cce1b0522156e83463afc356597894fccffe6958a2b43868ded6d8cd42','conflict',14,'',1795348800000,NULL);
CREATE TABLE user (
	id TEXT NOT NULL, 
	name TEXT, 
	initials TEXT, 
	role TEXT, 
	language TEXT, 
	active BOOLEAN, 
	PRIMARY KEY (id)
);
INSERT INTO "user" VALUES('01a20320-a200-7000-8000-000000000004','Élodie',NULL,'rep',NULL,1);
INSERT INTO "user" VALUES('01a20320-a200-7000-8000-000000000006','Nikos',NULL,'rep',NULL,1);
INSERT INTO "user" VALUES('01a20320-a200-7000-8000-000000000008','Marie',NULL,'manager',NULL,1);
INSERT INTO "user" VALUES('01a20320-a200-7000-8000-00000000000b','Ada',NULL,'admin',NULL,1);
CREATE TABLE visit (
	id TEXT NOT NULL, 
	account_id TEXT, 
	user_id TEXT, 
	planned_at BIGINT, 
	zone TEXT, 
	planned_minutes INTEGER, 
	purpose TEXT, 
	state TEXT, 
	arrived_at BIGINT, 
	arrived_lat FLOAT, 
	arrived_lon FLOAT, 
	arrived_accuracy FLOAT, 
	arrived_mocked BOOLEAN, 
	place_status TEXT, 
	left_at BIGINT, 
	outcome TEXT, 
	note TEXT, 
	next_step TEXT, 
	next_step_on TEXT, 
	comment TEXT, 
	reviewed_by TEXT, 
	reviewed_at BIGINT, 
	PRIMARY KEY (id)
);
CREATE INDEX record_meta_feed ON record_meta (scope, rev, kind);
CREATE INDEX record_meta_root ON record_meta (root);
CREATE UNIQUE INDEX txn_log_seq ON txn_log (device, seq);
CREATE INDEX scope_move_left ON scope_move (source, rev);
CREATE INDEX scope_move_root ON scope_move (root);
CREATE INDEX ix_device_user_id ON device (user_id);
CREATE INDEX ix_refresh_token_device ON refresh_token (device);
CREATE INDEX ix_refresh_token_family ON refresh_token (family);
CREATE INDEX ix_access_token_device ON access_token (device);
CREATE INDEX ix_access_token_expires ON access_token (expires);
CREATE INDEX ix_access_token_family ON access_token (family);
CREATE INDEX ix_sign_in_failure_last_at ON sign_in_failure (last_at);
CREATE INDEX assignment_user ON assignment (user_id);
CREATE INDEX price_rule_product ON price_rule (price_list_id, product_id);
CREATE INDEX quote_line_quote ON quote_line (quote_id);
CREATE INDEX conflict_record ON "conflict" (record_id);
COMMIT;
