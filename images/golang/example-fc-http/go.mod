module example

go 1.15

require github.com/aliyun/fc-runtime-go-sdk v0.3.1
