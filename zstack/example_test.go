package zstack_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// exampleNode is a simulated management node with one destroyed VM instance. The
// actions of these examples stand for those of package actions, which have
// methods for what is written out here: res, err := action.Call(ctx, client).
func exampleNode() (srv *zstacktest.Server, vm string) {
	srv, err := zstacktest.Listen()
	if err != nil {
		log.Fatal(err)
	}
	return srv, srv.Add("VmInstance", map[string]any{"uuid": vmUUID, "name": "web", "state": "Destroyed"})
}

func Example() {
	srv, vm := exampleNode()
	defer srv.Close()
	ctx := context.Background()

	client, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Account("admin", "password")))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)

	var result vmResult
	if err := client.Call(ctx, recoverVM{UUID: vm}, &result); err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Inventory.Name, result.Inventory.State)
	// Output: web Stopped
}

func ExampleClient_Location() {
	// A management node whose clock is eight hours ahead of UTC.
	srv, err := zstacktest.Listen(zstacktest.WithLocation(time.FixedZone("", 8*60*60)))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	srv.Add("VmInstance", map[string]any{"name": "old", "createDate": time.Date(2025, 3, 1, 11, 0, 0, 0, time.UTC)})
	srv.Add("VmInstance", map[string]any{"name": "new", "createDate": time.Date(2025, 3, 1, 13, 0, 0, 0, time.UTC)})
	ctx := context.Background()

	client, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Account("admin", "password")))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)

	// The first call logs in, which finds the server's time zone.
	noon := time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)
	var result queryVMResult
	if err := client.Call(ctx, queryVM{Conditions: zstack.Where(zstack.Gt("createDate", noon))}, &result); err != nil {
		log.Fatal(err)
	}
	for _, vm := range result.Inventories {
		fmt.Println(vm.Name, vm.CreateDate.UTC())
	}

	// ZQL has no times of its own: what the server's clock shows is written into it.
	fmt.Println("query vminstance where createDate > " + zstack.QuoteZQL(noon.In(client.Location()).Format(time.DateTime)))
	// Output:
	// new 2025-03-01 13:00:00 +0000 UTC
	// query vminstance where createDate > '2025-03-01 20:00:00'
}

func ExampleWithLocation() {
	srv, err := zstacktest.Listen(zstacktest.WithLocation(time.FixedZone("", 8*60*60)), zstacktest.WithAccessKey("AKID", "SECRET"))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	ctx := context.Background()

	// An access key never logs in, so the client cannot find where the server is.
	client, err := zstack.NewClient(srv.URL,
		zstack.WithCredentials(zstack.AccessKey("AKID", "SECRET")),
		zstack.WithLocation(time.FixedZone("UTC+08:00", 8*60*60)))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(client.Call(ctx, queryVM{Conditions: zstack.Where()}, nil), client.Location())
	// Output: <nil> UTC+08:00
}

func ExampleResumeJob() {
	srv, vm := exampleNode()
	defer srv.Close()
	ctx := context.Background()
	client, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Account("admin", "password")))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)

	// Note the uuid before the call, and the job can be found after a crash.
	uuid := zstack.NewJobUUID()
	var job zstack.Job[vmResult]
	if err := client.Start(ctx, recoverVM{UUID: vm}, &job, zstack.WithJobUUID(uuid)); err != nil {
		log.Fatal(err)
	}

	// Later, perhaps in another process:
	result, err := zstack.ResumeJob[vmResult](client, uuid).Wait(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Inventory.State)
	// Output: Stopped
}

func ExampleJob_Wait() {
	srv, vm := exampleNode()
	defer srv.Close()
	ctx := context.Background()
	client, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Account("admin", "password")))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)

	var job zstack.Job[vmResult]
	if err := client.Start(ctx, recoverVM{UUID: vm}, &job); err != nil {
		log.Fatal(err)
	}
	// Something else can be done here.
	result, err := job.Wait(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Inventory.State)
	// Output: Stopped
}

func ExampleError() {
	srv, _ := exampleNode()
	defer srv.Close()
	ctx := context.Background()
	client, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Account("admin", "password")))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)

	err = client.Call(ctx, recoverVM{UUID: "ffffffffffffffffffffffffffffffff"}, nil)
	fmt.Println(zstack.IsNotFound(err), errors.Is(err, types.SysResourceNotFound), zstack.IsPermissionDenied(err))

	var failed *zstack.Error
	if errors.As(err, &failed) {
		fmt.Println(failed.Action, failed.Status, failed.Code != nil)
	}
	// Output:
	// true true false
	// RecoverVmInstanceAction 503 true
}

func ExampleWithReadOnly() {
	srv, vm := exampleNode()
	defer srv.Close()
	ctx := context.Background()
	client, err := zstack.NewClient(srv.URL, zstack.WithReadOnly(),
		zstack.WithCredentials(zstack.Account("admin", "password")))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)

	n, err := client.Count(ctx, queryVM{})
	fmt.Println(n, err)
	err = client.Call(ctx, recoverVM{UUID: vm}, nil)
	fmt.Println(errors.Is(err, zstack.ErrReadOnly))
	fmt.Println(err)
	// Output:
	// 1 <nil>
	// true
	// zstack: RecoverVmInstanceAction can change something on the server, and the client is read-only: see WithReadOnly
}

func ExampleValidationError() {
	err := zstack.Validate(recoverVM{})
	var refused *zstack.ValidationError
	if errors.As(err, &refused) {
		fmt.Println(refused.Field, refused.Constraint)
	}
	fmt.Println(err)
	// Output:
	// uuid required
	// zstack: RecoverVmInstanceAction: uuid is required and not set
}

func ExampleDo() {
	srv, _ := exampleNode()
	defer srv.Close()
	ctx := context.Background()
	client, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Account("admin", "password")))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)

	raw, err := zstack.Do(ctx, client, queryVM{Conditions: []string{"name=web"}, Fields: []string{"uuid", "state"}})
	if err != nil {
		log.Fatal(err)
	}
	var result queryVMResult
	if err := client.Decode(raw, &result); err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Inventories[0].State)
	// Output: Destroyed
}

func ExamplePager() {
	srv, _ := exampleNode()
	defer srv.Close()
	ctx := context.Background()
	client, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Account("admin", "password")))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)

	var page queryVMResult
	pager := zstack.NewPager(client, queryVM{Conditions: []string{"state=Destroyed"}}, &page)
	for pager.Next(ctx) {
		for _, vm := range page.Inventories {
			fmt.Println(vm.Name)
		}
	}
	if err := pager.Err(); err != nil {
		log.Fatal(err)
	}
	// Output: web
}
