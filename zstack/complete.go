package zstack

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// A whole is what the result of a creation has to hold to be complete.
type whole struct {
	member string      // of the result's inventory
	query  *ActionInfo // returns the row that has it
}

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

// complete sees to it that the result of a job that has ended well holds what the
// server is known to leave out at times.
func (j *job) complete(ctx context.Context) error {
	if j.whole == nil {
		return nil
	}
	j.mu.Lock()
	doc := j.result
	j.mu.Unlock()
	var result struct {
		Inventory map[string]json.RawMessage `json:"inventory"`
	}
	if err := j.client.decoder().Decode(doc.Data(), &result); err != nil {
		return nil // which decoding the result says better
	}
	var uuid string
	if has(result.Inventory, j.whole.member) || json.Unmarshal(result.Inventory["uuid"], &uuid) != nil || badSegment(uuid) != "" {
		return nil
	}
	missing := &IncompleteError{ResourceUUID: uuid, Member: j.whole.member}
	source := &creation{uuid: uuid, query: j.whole.query, began: time.Now()}
	for try := range mostCompletions {
		if try > 0 {
			if err := j.client.rest(ctx, backoff(try)); err != nil {
				missing.Err = err
				break
			}
		}
		var seen *sight
		if seen, missing.Err = j.look(ctx, source); missing.Err != nil {
			if ctx.Err() != nil || !isPassing(missing.Err) {
				break
			}
			continue
		}
		var row map[string]json.RawMessage
		if seen.finding == isAbsent || json.Unmarshal(seen.row, &row) != nil || !has(row, j.whole.member) {
			continue
		}
		doc, err := j.client.decoder().Document(seen.result)
		if err != nil {
			return j.error(http.StatusOK, decodeError(err))
		}
		j.mu.Lock()
		j.result = doc
		j.mu.Unlock()
		return nil
	}
	return j.error(http.StatusOK, missing)
}

// has reports whether an object has a member that says something.
func has(object map[string]json.RawMessage, member string) bool {
	switch string(object[member]) {
	case "", "null", `""`:
		return false
	}
	return true
}
