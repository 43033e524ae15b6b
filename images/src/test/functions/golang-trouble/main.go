// Everything that goes wrong in a Go function, as a server of its own or behind one of the SDKs: LINK says which.
package main

import (
	"context"
	"fmt"
	"io/ioutil"
	"log"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"sync"

	"github.com/aliyun/fc-runtime-go-sdk/fc"
	"github.com/aws/aws-lambda-go/lambda"
)

// As many events as MEET have to be here at once before any is answered.
var meeting sync.WaitGroup

type refusal struct{}

func (*refusal) Error() string { return "refused on purpose" }

func trouble(event string) (string, error) {
	switch event {
	case "pid":
		return strconv.Itoa(os.Getpid()), nil
	case "environment":
		return os.Getenv("_HANDLER") + " in " + os.Getenv("LAMBDA_TASK_ROOT"), nil
	case "error":
		return "", &refusal{}
	case "panic":
		panic("panicked on purpose")
	case "panic-elsewhere":
		go panic("panicked where nobody recovers")
		select {}
	case "exit":
		fmt.Fprintln(os.Stderr, "last words")
		os.Exit(3)
	case "meet":
		meeting.Done()
		meeting.Wait()
		return "met", nil
	case "leave-a-daemon":
		return "left", exec.Command("bash", "-c", "sleep 1000 </dev/null >/dev/null 2>&1 & disown").Run()
	case "deadlock":
		var mutex sync.Mutex
		mutex.Lock()
		mutex.Lock()
	}
	return event, nil
}

type lambdaHandler struct{}

func (lambdaHandler) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	answer, err := trouble(string(event))
	return []byte(answer), err
}

func fcHandler(ctx context.Context, event []byte) (string, error) {
	return trouble(string(event))
}

func httpHandler(w http.ResponseWriter, r *http.Request) {
	event, err := ioutil.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	answer, err := trouble(string(event))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	fmt.Fprint(w, answer)
}

func main() {
	count, _ := strconv.Atoi(os.Getenv("MEET"))
	meeting.Add(count)
	switch link := os.Getenv("LINK"); link {
	case "http":
		log.Fatal(http.ListenAndServe(":8080", http.HandlerFunc(httpHandler)))
	case "fc":
		fc.Start(fcHandler)
	case "lambda":
		lambda.Start(lambdaHandler{})
	default:
		log.Fatalf("LINK is %q", link)
	}
}
