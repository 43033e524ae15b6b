// An event function for AWS Lambda, unchanged.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

// A Handler gets and gives bytes as they are; a function of Go types would get and give them as JSON.
type greeter struct{}

func (greeter) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	return []byte("Hello, " + string(event)), nil
}

func main() {
	lambda.Start(greeter{})
}
