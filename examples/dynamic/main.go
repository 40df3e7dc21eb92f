// Dynamic calls any action by its name, through the registry, with key=value
// arguments under the parameters' wire names, and prints the result as JSON:
//
//	go run ./examples/dynamic QueryZone
//	go run ./examples/dynamic CreateZone name=zone-2 'description=a second one'
//	go run ./examples/dynamic QueryVmInstance conditions=state=Running conditions=platform=Linux limit=10
//
// A key that is repeated makes a list. A value that begins with a bracket or a
// brace is JSON. An action's name may lack "Action" at its end; with no name at
// all the program lists them.
//
// Without configuration it calls a simulated management node inside the
// process, which has a zone, a host, an image and whatever else a VM needs. With
// ZSTACK_ENDPOINT set it calls that management node, with the credentials in
// ZSTACK_ACCOUNT and ZSTACK_PASSWORD, ZSTACK_ACCESS_KEY_ID and
// ZSTACK_ACCESS_KEY_SECRET, or ZSTACK_SESSION_ID.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"reflect"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, args []string) (err error) {
	if len(args) == 0 {
		for e := range registry.All() {
			fmt.Fprintln(out, e.Name())
		}
		return nil
	}
	entry, ok := registry.Lookup(args[0])
	if !ok {
		return fmt.Errorf("there is no action %q", args[0])
	}
	action := entry.New()
	params, err := parse(action, args[1:])
	if err != nil {
		return err
	}
	if err := json.Unmarshal(params, action); err != nil {
		return err
	}
	client, err := connect()
	if err != nil {
		return err
	}
	defer func() {
		// Logging out has to work after an interrupt too.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err = errors.Join(err, client.Close(ctx))
	}()
	result, err := zstack.Do(ctx, client, action)
	if err != nil {
		return err
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, result, "", "  "); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, pretty.String())
	return err
}

// connect returns a client for the management node of the environment, or for a
// simulated one that needs no listener.
func connect() (*zstack.Client, error) {
	if os.Getenv("ZSTACK_ENDPOINT") != "" {
		return zstack.NewClientFromEnv()
	}
	node := zstacktest.New(zstacktest.WithSite())
	return zstack.NewClient("simulated", zstack.WithHTTPClient(&http.Client{Transport: node}),
		zstack.WithCredentials(zstack.Account("admin", "password")))
}

// parse turns key=value arguments into a JSON object. Values stay texts where
// the action has numbers or booleans: those may stand in quotes.
func parse(action zstack.Action, args []string) ([]byte, error) {
	values := map[string][]any{}
	object := map[string]any{}
	if action.ActionInfo().Query {
		object["conditions"] = []string{} // without a condition, every row
	}
	for _, arg := range args {
		key, value, ok := strings.Cut(arg, "=")
		if !ok {
			return nil, fmt.Errorf("%q is not key=value", arg)
		}
		if strings.HasPrefix(value, "{") || strings.HasPrefix(value, "[") {
			values[key] = append(values[key], json.RawMessage(value))
		} else {
			values[key] = append(values[key], value)
		}
	}
	for key, list := range values {
		_, isJSON := list[0].(json.RawMessage)
		if len(list) == 1 && (isJSON || !takesList(action, key)) {
			object[key] = list[0]
		} else {
			object[key] = list
		}
	}
	return json.Marshal(object)
}

// takesList reports whether a parameter is a list.
func takesList(action zstack.Action, wire string) bool {
	t := reflect.TypeOf(action).Elem()
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name == wire {
			return f.Type.Kind() == reflect.Slice
		}
	}
	return false
}
