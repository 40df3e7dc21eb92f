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
	"fmt"
	"reflect"
	"strings"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/zstack"
)

func main() { program().Main() }

func program() example.Program {
	return example.Program{
		Name: "dynamic",
		About: "Dynamic calls an action by its name, with its parameters under their wire names, and prints the\n" +
			"result as JSON. Without a name it lists all actions.",
		Args:  "[ACTION] [KEY=VALUE...]",
		Quiet: true,
		Run:   run,
	}
}

func run(ctx context.Context, run *example.Run) error {
	if len(run.Args) == 0 {
		for e := range registry.All() {
			run.Printf("%s\n", e.Name())
		}
		return nil
	}
	entry, ok := registry.Lookup(run.Args[0])
	if !ok {
		return fmt.Errorf("there is no action %q", run.Args[0])
	}
	action := entry.New()
	params, err := parse(action, run.Args[1:])
	if err != nil {
		return err
	}
	if err := json.Unmarshal(params, action); err != nil {
		return err
	}
	result, err := zstack.Do(ctx, run.Client, action)
	if err != nil {
		return err
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, result, "", "  "); err != nil {
		return err
	}
	run.Printf("%s\n", pretty.String())
	return nil
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
