package zstack

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/zstack-go/zstack-go/internal/creation"
	"github.com/zstack-go/zstack-go/internal/params"
	"github.com/zstack-go/zstack-go/internal/poll"
)

// mostCompletions is how often a row is read for what a result lacks.
const mostCompletions = 5

// An IncompleteError says that a call created something, and that the server did not
// say all of it: neither the result nor the resource itself had a member that both
// should have, such as the secret of a new access key. The resource is there.
type IncompleteError struct {
	// ResourceUUID is the uuid of what was created.
	ResourceUUID string
	// Member is the wire name of what is missing.
	Member string
	// Err is why the resource could not be read for it; nil where it was read and did
	// not have it either.
	Err error
}

func (e *IncompleteError) Error() string {
	text := fmt.Sprintf("what was created is there, with the uuid %s, but its %s did not come with the result, nor when it was read", e.ResourceUUID, e.Member)
	if e.Err != nil {
		text += ": " + whatOf(e.Err)
	}
	return text
}

// Unwrap returns the error beneath.
func (e *IncompleteError) Unwrap() error { return e.Err }

// complete sees to it that the result of a call that has ended well holds what the
// server is known to leave out at times.
func (k *call) complete(ctx context.Context, body []byte) ([]byte, error) {
	want := k.request.whole
	if want == nil {
		return body, nil
	}
	var result struct {
		Inventory map[string]json.RawMessage `json:"inventory"`
	}
	if err := k.client.decoder().Decode(body, &result); err != nil {
		return body, nil // which decoding the result says better
	}
	var uuid string
	if has(result.Inventory, want.member) || json.Unmarshal(result.Inventory["uuid"], &uuid) != nil || params.BadSegment(uuid) != "" {
		return body, nil
	}
	missing := &IncompleteError{ResourceUUID: uuid, Member: want.member}
	source := &resource{uuid: uuid, query: want.query, began: time.Now()}
	for try := range mostCompletions {
		if try > 0 {
			if err := k.client.rest(ctx, poll.Backoff(try)); err != nil {
				missing.Err = err
				break
			}
		}
		var seen *creation.Sight
		if seen, missing.Err = k.look(ctx, source); missing.Err != nil {
			if ctx.Err() != nil || !isPassing(missing.Err) {
				break
			}
			continue
		}
		var row map[string]json.RawMessage
		if seen.Finding == creation.Absent || json.Unmarshal(seen.Row, &row) != nil || !has(row, want.member) {
			continue
		}
		return seen.Result, nil
	}
	return body, missing
}

// has reports whether an object has a member that says something.
func has(object map[string]json.RawMessage, member string) bool {
	switch string(object[member]) {
	case "", "null", `""`:
		return false
	}
	return true
}
