// Webhook has a simulated management node tell of the end of a job, instead of asking for it:
//
//	go run ./examples/webhook
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run ./examples/webhook -listen :9000 -url http://10.0.0.7:9000/zstack VM-UUID
package main

import (
	"context"
	"errors"
	"flag"
	"net"
	"time"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func main() { program().Main() }

// A setup is what the command line says.
type setup struct{ listen, url string }

func program() example.Program {
	var s setup
	return example.Program{
		Name: "webhook",
		About: "Webhook serves an address that the management node sends the results of jobs to, and runs two\n" +
			"short jobs: it puts a user tag on a VM instance and takes it off again.",
		Args: "VM-UUID",
		Flags: func(flags *flag.FlagSet) {
			flags.StringVar(&s.listen, "listen", "127.0.0.1:0", "the `address` to listen on")
			flags.StringVar(&s.url, "url", "", "the `URL` at which the management node reaches it; by default the address that is listened on")
		},
		Node: []zstacktest.Option{zstacktest.WithJobDelay(300 * time.Millisecond)},
		Prepare: func(ctx context.Context, run *example.Run) ([]string, error) {
			return example.CreateVM(ctx, run, "web")
		},
		Run: func(ctx context.Context, run *example.Run) error { return serve(ctx, run, s) },
	}
}

// serve runs the jobs while the webhook is served.
func serve(ctx context.Context, run *example.Run, s setup) (err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.listen)
	if err != nil {
		return err
	}
	if s.url == "" {
		s.url = "http://" + listener.Addr().String() + "/zstack"
	}
	hook := zstack.NewWebhook(s.url)
	stop := example.ServeBeside(listener, hook)
	defer func() { err = errors.Join(err, stop()) }()
	client, err := run.NewClient(zstack.WithWebhook(hook))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, example.Close(ctx, client)) }()
	run.Printf("Results are sent to %s\n", s.url) // and a random token, which is nobody's business
	return tag(ctx, run, client)
}

func tag(ctx context.Context, run *example.Run, client *zstack.Client) error {
	began := time.Now()
	tagged, err := actions.CreateUserTagAction{
		ResourceType: "VmInstanceVO", ResourceUUID: run.Args[0], Tag: "example::webhook",
	}.Call(ctx, client)
	if err != nil {
		return err
	}
	run.Printf("Tagged after %v\n", time.Since(began).Round(100*time.Millisecond))
	// The tag is taken off after an interrupt too.
	if _, err := (actions.DeleteTagAction{UUID: tagged.Inventory.UUID}).Call(context.WithoutCancel(ctx), client); err != nil {
		return err
	}
	run.Printf("Took the tag off\n")
	return nil
}
