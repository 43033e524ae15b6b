// An HTTP function for AWS Lambda behind API Gateway, unchanged: requests come as payload version 2.
package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func handle(ctx context.Context, request events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	body, err := bodyOf(request)
	if err != nil {
		return events.APIGatewayV2HTTPResponse{}, err
	}
	switch request.RawPath {
	case "/":
		return text(http.StatusOK, "Hello, "+request.QueryStringParameters["name"]), nil
	case "/echo":
		return events.APIGatewayV2HTTPResponse{
			StatusCode:      http.StatusCreated,
			Headers:         map[string]string{"Content-Type": "application/octet-stream"},
			Cookies:         []string{"seen=yes; Path=/", "second=2"},
			IsBase64Encoded: true,
			Body:            base64.StdEncoding.EncodeToString(body),
		}, nil
	default:
		message := fmt.Sprintf("%s %s: nothing there", request.RequestContext.HTTP.Method, request.RawPath)
		return text(http.StatusNotFound, message), nil
	}
}

// Bytes that are no text come in base64.
func bodyOf(request events.APIGatewayV2HTTPRequest) ([]byte, error) {
	if request.IsBase64Encoded {
		return base64.StdEncoding.DecodeString(request.Body)
	}
	return []byte(request.Body), nil
}

func text(status int, body string) events.APIGatewayV2HTTPResponse {
	return events.APIGatewayV2HTTPResponse{
		StatusCode: status,
		Headers:    map[string]string{"Content-Type": "text/plain; charset=utf-8"},
		Body:       body,
	}
}

func main() {
	lambda.Start(handle)
}
