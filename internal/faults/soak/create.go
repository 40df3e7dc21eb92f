package main

import (
	"context"
	"math/rand/v2"
	"time"

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
