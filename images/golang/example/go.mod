module example

go 1.15
