// Simulator serves a simulated management node for people and programs that need one: it
// answers every action, offers accounts and an access key, and shows what it has on a page.
//
//	go run ./examples/simulator
//	go run ./examples/simulator -listen 127.0.0.1:8080 -state cloud.json
//	go run ./examples/simulator -hosts 10 -vms 200
//
// It needs no configuration and does not read ZSTACK_ENDPOINT: it is what that is to name.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// The credentials that a simulator always has. There is nothing to protect in it.
const (
	account         = "admin"
	password        = "password"
	accessKeyID     = "simulator"
	accessKeySecret = "simulator-secret"
)

func main() { example.Main("simulator", run) }

// A setup is what the command line says.
type setup struct {
	listen, state, release string
	hosts, vms             int
	jobDelay               time.Duration
	quiet                  bool
}

func parse(args []string, log io.Writer) (setup, error) {
	var s setup
	flags := flag.NewFlagSet("simulator", flag.ContinueOnError)
	flags.SetOutput(log)
	flags.StringVar(&s.listen, "listen", "127.0.0.1:8080", "the `address` to listen on; port 0 takes a free one")
	flags.StringVar(&s.state, "state", "", "a `file` that the cloud is loaded from, if it is there, and saved to at the end")
	flags.StringVar(&s.release, "release", "", "answer as the recorded server of a `release` does: 5.2.1 or zsvirt-1.0.0")
	flags.IntVar(&s.hosts, "hosts", 2, "how many hosts a new cloud has")
	flags.IntVar(&s.vms, "vms", 10, "how many VM instances a new cloud has; with 0 hosts and 0 VM instances it is empty")
	flags.DurationVar(&s.jobDelay, "job-delay", 500*time.Millisecond, "how long each job takes")
	flags.BoolVar(&s.quiet, "quiet", false, "do not log calls")
	err := example.ParseFlags(flags, args, func() string {
		switch {
		case s.hosts < 0 || s.vms < 0:
			return "-hosts and -vms take numbers from 0 on"
		case s.jobDelay < 0:
			return "-job-delay takes a duration from 0 on"
		case s.release != "" && s.release != "5.2.1" && s.release != "zsvirt-1.0.0":
			return fmt.Sprintf("there is no release %q", s.release)
		}
		return ""
	})
	return s, err
}

// run serves until the context ends, and saves the state then.
func run(ctx context.Context, args []string, out, log io.Writer) (err error) {
	s, err := parse(args, log)
	if err != nil {
		return err
	}
	calls := new(callLog)
	if !s.quiet {
		calls.out = log
	}
	node, err := s.node(calls)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, node.Close()) }()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.listen)
	if err != nil {
		return err
	}
	address := "http://" + listener.Addr().String()
	fmt.Fprintf(out, strings.ReplaceAll(`A simulated management node is at ADDRESS (its page) and ADDRESS/zstack (its API).
  ZSTACK_ENDPOINT=ADDRESS ZSTACK_ACCOUNT=%s ZSTACK_PASSWORD=%s
  ZSTACK_ENDPOINT=ADDRESS ZSTACK_ACCESS_KEY_ID=%s ZSTACK_ACCESS_KEY_SECRET=%s
`, "ADDRESS", address), account, password, accessKeyID, accessKeySecret)

	if err := example.Serve(ctx, listener, &http.Server{Handler: handler(node, calls)}); err != nil {
		return err
	}
	return save(node, s.state)
}

// node makes the node, with the cloud of the state file if there is one.
func (s setup) node(calls *callLog) (*zstacktest.Node, error) {
	opts := []zstacktest.Option{
		zstacktest.WithAccount(account, password), zstacktest.WithLocation(time.Local),
		zstacktest.WithJobDelay(s.jobDelay), zstacktest.WithObserver(calls.add),
	}
	if s.release != "" {
		opts = append(opts, zstacktest.WithRelease(s.release))
	}
	if s.hosts > 0 || s.vms > 0 {
		opts = append(opts, zstacktest.WithModel(zstacktest.Model{Hosts: s.hosts, L3Networks: 1, Images: 1, VMs: s.vms}))
	}
	node := zstacktest.New(opts...)
	if err := load(node, s.state); err != nil {
		return nil, errors.Join(err, node.Close())
	}
	addAccessKey(node)
	return node, nil
}

// addAccessKey gives the administrator the access key, unless the state had it.
func addAccessKey(node *zstacktest.Node) {
	for _, key := range node.All("AccessKey") {
		if key["AccessKeyID"] == accessKeyID {
			return
		}
	}
	for _, a := range node.All("Account") {
		if a["name"] == account {
			node.Add("AccessKey", map[string]any{"AccessKeyID": accessKeyID, "AccessKeySecret": accessKeySecret, "accountUuid": a["uuid"], "userUuid": a["uuid"]})
		}
	}
}

// handler serves the API under the context path and the pages elsewhere.
func handler(node *zstacktest.Node, calls *callLog) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/zstack/", node)
	mux.Handle("/", pages(node, calls))
	return mux
}
