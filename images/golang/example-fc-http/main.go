// An HTTP function for Function Compute's own Go runtime, unchanged: FC 3 hands requests over as events.
package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"

	"github.com/aliyun/fc-runtime-go-sdk/events"
	"github.com/aliyun/fc-runtime-go-sdk/fc"
)

func handle(ctx context.Context, request events.HTTPTriggerEvent) (*events.HTTPTriggerResponse, error) {
	body, err := bodyOf(request)
	if err != nil {
		return nil, err
	}
	path := *request.RawPath
	switch path {
	case "/":
		return text(http.StatusOK, "Hello, "+(*request.QueryParameters)["name"]), nil
	case "/echo":
		return &events.HTTPTriggerResponse{
			StatusCode:      http.StatusCreated,
			Headers:         map[string]string{"Content-Type": "application/octet-stream", "Set-Cookie": "seen=yes; Path=/"},
			IsBase64Encoded: true,
			Body:            base64.StdEncoding.EncodeToString(body),
		}, nil
	default:
		return text(http.StatusNotFound, fmt.Sprintf("%s %s: nothing there", *request.TriggerContext.Http.Method, path)), nil
	}
}

// Bytes that are no text come in base64.
func bodyOf(request events.HTTPTriggerEvent) ([]byte, error) {
	if request.IsBase64Encoded != nil && *request.IsBase64Encoded {
		return base64.StdEncoding.DecodeString(*request.Body)
	}
	return []byte(*request.Body), nil
}

func text(status int, body string) *events.HTTPTriggerResponse {
	return &events.HTTPTriggerResponse{
		StatusCode: status,
		Headers:    map[string]string{"Content-Type": "text/plain; charset=utf-8"},
		Body:       body,
	}
}

func main() {
	fc.Start(handle)
}
