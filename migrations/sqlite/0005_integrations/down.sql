DROP TABLE calendar_feeds;
DROP TABLE webhook_deliveries;
DROP TABLE webhooks;
DROP TABLE changes;
DROP TABLE pending_changes;
DROP TABLE api_keys;
