// An event function for Function Compute's own Go runtime, unchanged.
package main

import (
	"context"

	"github.com/aliyun/fc-runtime-go-sdk/fc"
)

// The event comes as the bytes that were sent, the answer goes out as JSON: both are the SDK's rules.
func greet(ctx context.Context, event []byte) (string, error) {
	return "Hello, " + string(event), nil
}

func main() {
	fc.Start(greet)
}
