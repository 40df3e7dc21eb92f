// Zs is ZStack on the command line: every action of the API, queries, jobs and ZQL, with
// completion in the shell, and a server for assistants.
//
//	go run -C examples/zs . --simulate query vm-instance
//	go run -C examples/zs . login --endpoint http://mn:8080 --account admin
//	go run -C examples/zs . QueryVmInstance state=Running fields=uuid,name
//
// docs/zs.md says the rest.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/zstack-go/zstack-go/examples/zs/internal/command"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // A second interrupt does not wait for anything.
	code := command.Main(ctx, command.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
}
