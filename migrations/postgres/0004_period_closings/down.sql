DROP TABLE period_closing_files;
DROP TABLE period_closings;
