module example

go 1.15

require github.com/aws/aws-lambda-go v1.54.0
