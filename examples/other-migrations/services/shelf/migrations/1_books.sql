-- Up Migration
CREATE TABLE books (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL);

INSERT INTO books (title) VALUES ('The Cat in the Hat');
