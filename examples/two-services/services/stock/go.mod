module example.com/acme/stock

go 1.22
