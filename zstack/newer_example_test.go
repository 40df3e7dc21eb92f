package zstack_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"

	"github.com/zstack-go/zstack-go/zstack"
)

// The server has an inventory with a member that came after this library, and an action
// with a parameter that did.
func ExampleWithParam() {
	srv, vm := exampleNode()
	defer srv.Close()
	srv.Set("VmInstance", vm, map[string]any{"secureBoot": true})
	ctx := context.Background()
	client, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Account("admin", "password")))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)

	var raw json.RawMessage
	var result vmResult
	err = client.Call(ctx, recoverVM{UUID: vm}, &result, zstack.WithParam("keepAddresses", true), zstack.WithRaw(&raw))
	if err != nil {
		log.Fatal(err)
	}
	var newer struct {
		Inventory struct {
			SecureBoot bool `json:"secureBoot"`
		} `json:"inventory"`
	}
	if err := client.Decode(raw, &newer); err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Inventory.Name, newer.Inventory.SecureBoot)
	// Output: web true
}

func ExampleWithRaw() {
	srv, vm := exampleNode()
	defer srv.Close()
	srv.Set("VmInstance", vm, map[string]any{"secureBoot": true})
	ctx := context.Background()
	client, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Account("admin", "password")))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)

	var raw json.RawMessage
	var result queryVMResult
	if err := client.First(ctx, queryVM{}, &result, zstack.WithRaw(&raw)); err != nil {
		log.Fatal(err)
	}
	var newer struct {
		Inventories []struct {
			SecureBoot bool `json:"secureBoot"`
		} `json:"inventories"`
	}
	if err := client.Decode(raw, &newer); err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Inventories[0].Name, newer.Inventories[0].SecureBoot)
	// Output: web true
}
