package zstack_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// RenameZone changes something. Its fields are the parameters, by their wire names, with
// the constraints that are to be checked.
type RenameZone struct {
	UUID        string  `json:"uuid" zstack:"required"`                 // it is in the path
	Name        string  `json:"name" zstack:"required,max=255"`         // in the body, as all others
	Description *string `json:"description,omitzero" zstack:"max=2048"` // optional, so a pointer

	// These two are for calls with credentials that are not the client's.
	SessionID string `json:"sessionId,omitzero" zstack:"credential,sensitive"`
	RequestIP string `json:"requestIp,omitzero" zstack:"credential"`

	given zstack.Given // what UnmarshalJSON found
}

// Without Reads it counts as a change, which is never sent twice on a guess, and which a
// client with WithReadOnly refuses.
var renameZoneInfo = zstack.ActionInfo{
	Name: "UpdateZoneAction", Method: "PUT", Path: "/zones/{uuid}/actions", Body: "updateZone",
	Async: true, Session: true,
}

func (RenameZone) ActionInfo() *zstack.ActionInfo { return &renameZoneInfo }

// UnmarshalJSON refuses names that are no parameters, and tells a zero that was written
// down from one that was not.
func (a *RenameZone) UnmarshalJSON(data []byte) error {
	return zstack.UnmarshalAction(data, a, &a.given)
}

// Call runs the action, as the methods of package actions do.
func (a RenameZone) Call(ctx context.Context, c *zstack.Client, options ...zstack.CallOption) (*RenameZoneResult, error) {
	result := new(RenameZoneResult)
	if err := c.Call(ctx, a, result, options...); err != nil {
		return nil, err
	}
	return result, nil
}

type RenameZoneResult struct {
	Inventory *MyZone `json:"inventory"`
}

// MyZone has the members of a zone that matter to the program, newer ones included.
type MyZone struct {
	UUID   string `json:"uuid"`
	Name   string `json:"name"`
	Tenant string `json:"tenant"`
}

// ServerVersion is a PUT that only reads: Reads says so, and it is sent again like a GET
// when its reply was lost.
type ServerVersion struct{}

var serverVersionInfo = zstack.ActionInfo{
	Name: "GetVersionAction", Method: "PUT", Path: "/management-nodes/actions", Body: "getVersion", Reads: true,
}

func (ServerVersion) ActionInfo() *zstack.ActionInfo { return &serverVersionInfo }

type ServerVersionResult struct {
	Version string `json:"version"`
}

// FindZones is a query. With these fields a Pager reads it, from one uuid to the next.
type FindZones struct {
	Conditions []string `json:"conditions"`
	SortBy     *string  `json:"sortBy,omitzero"`
	Limit      *int32   `json:"limit,omitzero"`
}

var findZonesInfo = zstack.ActionInfo{
	Name: "QueryZoneAction", Method: "GET", Path: "/zones", Session: true, Query: true, Reads: true,
}

func (FindZones) ActionInfo() *zstack.ActionInfo { return &findZonesInfo }

type FindZonesResult struct {
	Inventories []MyZone `json:"inventories"`
}

// Actions of one's own, for an API that the catalogue lacks: a change, a call that only
// reads, and a query.
func ExampleAction() {
	srv, err := zstacktest.Listen()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	zone := srv.Add("Zone", map[string]any{"name": "old", "tenant": "sales"})
	ctx := context.Background()
	client, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Account("admin", "password")))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)

	var action RenameZone
	if err := json.Unmarshal([]byte(`{"uuid": "`+zone+`", "name": "new"}`), &action); err != nil {
		log.Fatal(err)
	}
	renamed, err := action.Call(ctx, client)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(renamed.Inventory.Name)

	var version ServerVersionResult
	if err := client.Call(ctx, ServerVersion{}, &version); err != nil {
		log.Fatal(err)
	}
	fmt.Println(version.Version != "")

	var page FindZonesResult
	pager := zstack.NewPager(client, FindZones{Conditions: zstack.Where(zstack.Like("name", "n%"))}, &page)
	defer pager.Close()
	for pager.Next(ctx) {
		for _, z := range page.Inventories {
			fmt.Println(z.Name, z.Tenant)
		}
	}
	if err := pager.Err(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// new
	// true
	// new sales
}
