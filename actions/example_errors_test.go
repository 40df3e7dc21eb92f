package actions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// errors.Is finds a code of the server anywhere in the chain of causes.
func Example_errorCodes() {
	ctx := context.Background()
	node, client := cloud()
	defer client.Close(ctx)

	node.Fail("StopVmInstance", zstacktest.WithCode(types.SysOperationError), zstacktest.WithDetails("the host is offline"))
	_, err := actions.StopVmInstanceAction{UUID: vmNamed(ctx, client, "vm-00001")}.Call(ctx, client)
	var failed *zstack.Error
	if errors.Is(err, types.SysOperationError) && errors.As(err, &failed) {
		fmt.Println(failed.Action, failed.Status, failed.Code.Details)
	}
	// Output: StopVmInstanceAction 503 the host is offline
}

// What is wrong is refused before anything is sent.
func Example_validation() {
	ctx := context.Background()
	node, client := cloud()
	defer client.Close(ctx)

	_, err := actions.CreateZoneAction{Name: strings.Repeat("x", 256)}.Call(ctx, client)
	var invalid *zstack.ValidationError
	if errors.As(err, &invalid) {
		fmt.Println(invalid.Field, len(node.Requests()))
	}
	// Output: name 0
}

// When a wait ends with its context, the job goes on, and the error has its uuid.
func Example_deadline() {
	node, client := cloud()
	defer client.Close(context.Background())
	uuid := vmNamed(context.Background(), client, "vm-00001")
	node.Fail("StopVmInstance", zstacktest.WithDelay(time.Hour))

	_, err := actions.StopVmInstanceAction{UUID: uuid}.Call(context.Background(), client, zstack.WithTimeout(20*time.Millisecond))
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output: true
}

// A client for reports and assistants changes nothing.
func Example_readOnly() {
	ctx := context.Background()
	_, client := cloud(zstack.WithReadOnly())
	defer client.Close(ctx)

	_, err := actions.StopVmInstanceAction{UUID: vmNamed(ctx, client, "vm-00001")}.Call(ctx, client)
	fmt.Println(errors.Is(err, zstack.ErrReadOnly))
	// Output: true
}

// The log has no bodies and no secrets.
func Example_logging() {
	ctx := context.Background()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	_, client := cloud(zstack.WithLogger(logger))
	defer client.Close(ctx)

	_, err := actions.QueryZoneAction{}.Count(ctx, client)
	fmt.Println(err, strings.Contains(log.String(), "QueryZoneAction"), strings.Contains(log.String(), "password"))
	// Output: <nil> true false
}

// A secret hides itself wherever it is printed, logged or marshaled.
func Example_secrets() {
	action := actions.UpdateKVMHostAction{UUID: "0123456789abcdef0123456789abcdef", Password: new(types.Secret("hunter2"))}
	text, err := json.Marshal(action)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*action.Password, strings.Contains(string(text), "hunter2"))
	fmt.Println(string(*action.Password)) // the value
	// Output:
	// *** false
	// hunter2
}

// A parameter that this library lacks, and the result as it came.
func Example_newerServer() {
	ctx := context.Background()
	_, client := cloud()
	defer client.Close(ctx)

	var raw json.RawMessage
	_, err := actions.StartVmInstanceAction{UUID: vmNamed(ctx, client, "vm-00010")}.Call(ctx, client,
		zstack.WithParam("newParameter", true), zstack.WithRaw(&raw))
	fmt.Println(err, strings.Contains(string(raw), `"inventory":`))
	// Output: <nil> true
}

// Until waits for what no job tells of.
func Example_until() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	node, client := cloud()
	defer client.Close(ctx)

	uuid := vmNamed(ctx, client, "vm-00001")
	vm, err := zstack.Until(ctx, client,
		func(ctx context.Context) (*types.VmInstanceInventory, error) {
			vm, err := actions.GetVmInstance(ctx, client, uuid)
			node.Set("VmInstance", uuid, map[string]any{"state": types.VmStatePaused}) // somebody else
			return vm, err
		},
		func(vm *types.VmInstanceInventory) bool { return vm.State == types.VmStatePaused })
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(vm.State)
	// Output: Paused
}
