package main

import (
	"context"

	"github.com/zstack-go/zstack-go/zstack"
)

// DescribeZoneAction changes the description of a zone. Its fields are the parameters: the JSON
// tags have their names on the wire, the zstack tags the constraints that are checked first.
type DescribeZoneAction struct {
	UUID        string `json:"uuid" zstack:"required"` // stands in the path
	Description string `json:"description" zstack:"required,max=2048"`
}

// describeZone says where the parameters go. Without Reads a call counts as a change, which is
// never sent twice on a guess, and which a client with WithReadOnly refuses.
var describeZone = zstack.ActionInfo{
	Name: "DescribeZoneAction", Method: "PUT", Path: "/zones/{uuid}/actions", Body: "updateZone",
	Async: true, Session: true,
}

// ActionInfo describes the call.
func (DescribeZoneAction) ActionInfo() *zstack.ActionInfo { return &describeZone }

// Call runs the action and waits for its job, as those of package actions do.
func (a DescribeZoneAction) Call(ctx context.Context, c *zstack.Client, options ...zstack.CallOption) (*DescribeZoneResult, error) {
	result := new(DescribeZoneResult)
	if err := c.Call(ctx, a, result, options...); err != nil {
		return nil, err
	}
	return result, nil
}

// A DescribeZoneResult is what DescribeZoneAction returns: as much of it as is wanted here.
type DescribeZoneResult struct {
	Inventory struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	} `json:"inventory"`
}
