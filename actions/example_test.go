package actions_test

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// cloud returns a client for a simulated management node with ten VM instances, nine of which
// run. It uses no network.
func cloud(options ...zstack.Option) (*zstacktest.Node, *zstack.Client) {
	node := zstacktest.New(zstacktest.WithSeed(1), zstacktest.WithModel(zstacktest.Model{Hosts: 2, VMs: 10}))
	client, err := zstack.NewClient("http://mn:8080", append([]zstack.Option{
		zstack.WithHTTPClient(&http.Client{Transport: node}),
		zstack.WithCredentials(zstack.Account("admin", "password")),
	}, options...)...)
	if err != nil {
		log.Fatal(err)
	}
	return node, client
}

// vmNamed returns the UUID of a VM instance.
func vmNamed(ctx context.Context, client *zstack.Client, name string) string {
	vm, err := actions.QueryVmInstanceAction{Conditions: zstack.Where(zstack.Eq("name", name))}.One(ctx, client)
	if err != nil {
		log.Fatal(err)
	}
	return vm.UUID
}

// uuidOf returns the UUID of the first resource of a kind on the node.
func uuidOf(node *zstacktest.Node, kind string) string {
	return node.All(kind)[0]["uuid"].(string)
}

func ExampleStopVmInstanceAction() {
	ctx := context.Background()
	_, client := cloud()
	defer client.Close(ctx)

	res, err := actions.StopVmInstanceAction{UUID: vmNamed(ctx, client, "vm-00001")}.Call(ctx, client)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Inventory.Name, res.Inventory.State)
	// Output: vm-00001 Stopped
}

func ExampleStopVmInstanceAction_Start() {
	ctx := context.Background()
	_, client := cloud()
	defer client.Close(ctx)

	job, err := actions.StopVmInstanceAction{UUID: vmNamed(ctx, client, "vm-00001")}.Start(ctx, client)
	if err != nil {
		log.Fatal(err)
	}
	// Something else can be done here.
	res, err := job.Wait(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Inventory.State)
	// Output: Stopped
}

func ExampleCreateVmInstanceAction() {
	ctx := context.Background()
	node, client := cloud()
	defer client.Close(ctx)

	res, err := actions.CreateVmInstanceAction{
		Name:                 "web",
		Description:          new("a web server"), // Optional parameters are pointers.
		ImageUUID:            new(uuidOf(node, "Image")),
		InstanceOfferingUUID: new(uuidOf(node, "InstanceOffering")),
		L3NetworkUUIDs:       []string{uuidOf(node, "L3Network")},
	}.Call(ctx, client)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Inventory.Name, res.Inventory.State, len(res.Inventory.VmNics))
	// Output: web Running 1
}

// The UUID of what is created can be chosen before the call.
func ExampleCreateZoneAction() {
	ctx := context.Background()
	_, client := cloud()
	defer client.Close(ctx)

	uuid := zstack.NewUUID()
	res, err := actions.CreateZoneAction{Name: "east", ResourceUUID: &uuid}.Call(ctx, client)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Inventory.UUID == uuid)
	// Output: true
}

func ExampleUpdateVmInstanceAction() {
	ctx := context.Background()
	_, client := cloud()
	defer client.Close(ctx)

	res, err := actions.UpdateVmInstanceAction{
		UUID: vmNamed(ctx, client, "vm-00001"), Name: new("renamed"),
	}.Call(ctx, client)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Inventory.Name)
	// Output: renamed
}

// A destroyed VM instance is there until it is expunged, and can be recovered.
func ExampleDestroyVmInstanceAction() {
	ctx := context.Background()
	_, client := cloud()
	defer client.Close(ctx)

	uuid := vmNamed(ctx, client, "vm-00001")
	if _, err := (actions.DestroyVmInstanceAction{UUID: uuid}).Call(ctx, client); err != nil {
		log.Fatal(err)
	}
	vm, err := actions.GetVmInstance(ctx, client, uuid)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(vm.State, vm.Deleted())

	recovered, err := actions.RecoverVmInstanceAction{UUID: uuid}.Call(ctx, client)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(recovered.Inventory.State)
	// Output:
	// Destroyed true
	// Stopped
}

// A required number or boolean that can be zero is a pointer, so that a forgotten one is refused.
func ExampleSetVmQgaAction() {
	ctx := context.Background()
	_, client := cloud()
	defer client.Close(ctx)

	_, err := actions.SetVmQgaAction{UUID: vmNamed(ctx, client, "vm-00001")}.Call(ctx, client)
	fmt.Println(err)
	// Output: zstack: SetVmQgaAction: enable is required and not set
}

func ExampleGetVmInstance() {
	ctx := context.Background()
	_, client := cloud()
	defer client.Close(ctx)

	_, err := actions.GetVmInstance(ctx, client, "0123456789abcdef0123456789abcdef")
	fmt.Println(zstack.IsNotFound(err))
	// Output: true
}
