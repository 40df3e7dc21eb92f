package main

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/zstack"
)

// mostPause is the longest pause between the two steps in which the node takes a job, but
// for calls that it holds.
const mostPause = 50 * time.Millisecond

// pause is how long the node takes between checking a job uuid and storing the job.
func (c config) pause() time.Duration {
	if c.hold > 0 && rand.Float64() < c.heldPart {
		return c.hold
	}
	return rand.N(mostPause)
}

// The creations of the soak say which parameter has the uuid of what they create and
// which query returns that.
type (
	newZone     actions.CreateZoneAction
	newOffering actions.CreateInstanceOfferingAction
)

var (
	zoneInfo     = creation(actions.CreateZoneAction{}, actions.QueryZoneAction{})
	offeringInfo = creation(actions.CreateInstanceOfferingAction{}, actions.QueryInstanceOfferingAction{})
)

func creation(a, query zstack.Action) zstack.ActionInfo {
	info := *a.ActionInfo()
	info.ResourceUUID, info.SettledBy = "resourceUuid", query.ActionInfo()
	return info
}

func (newZone) ActionInfo() *zstack.ActionInfo { return &zoneInfo }

func (newOffering) ActionInfo() *zstack.ActionInfo { return &offeringInfo }

func create(ctx context.Context, client *zstack.Client, a zstack.Action, name string, options []zstack.CallOption) (uuid string, err error) {
	var res struct {
		Inventory struct {
			UUID string `json:"uuid"`
			Name string `json:"name"`
		} `json:"inventory"`
	}
	if err := client.Call(ctx, a, &res, options...); err != nil {
		return "", err
	}
	return res.Inventory.UUID, checkResult(name, res.Inventory.Name)
}
