package zstack

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"strings"
	"time"
)

// A resource is what is known of the resource that a call makes.
type resource struct {
	uuid   string      // of the resource
	chosen bool        // by the caller, so that an older resource can have it
	query  *ActionInfo // returns the resource by its uuid; nil where nothing does
	began  time.Time   // when the call did
}

// nameResource gives what the action creates a uuid, where the caller has not, and
// notes it. Without a job uuid to derive it from there is none.
//
// A server that runs two sendings of one call at the same moment refuses the second
// resource of a uuid, and one that has forgotten the job of a call still has what that
// made: so the uuid follows from the first job uuid of the call.
func (b *builder) nameResource(jobUUID string) {
	i, ok := b.plan.byWire[b.info.ResourceUUID]
	if b.info.ResourceUUID == "" || !ok || !b.plan.params[i].knownTo(b.product) {
		return
	}
	made := &resource{uuid: b.text(b.info.ResourceUUID), chosen: true, query: b.info.SettledBy, began: time.Now()}
	if !b.values[i].IsValid() && jobUUID != "" {
		made.uuid, made.chosen = resourceUUID(jobUUID, b.info.Name), false
		b.values[i] = reflect.ValueOf(&made.uuid).Elem()
		b.set = append(b.set, i)
	}
	if made.uuid == "" {
		return
	}
	if badSegment(made.uuid) != "" {
		made.query = nil
	}
	b.request.made = made
}

// resourceUUID is the uuid of what a call creates.
func resourceUUID(jobUUID, action string) string {
	var text [128]byte
	sum := sha256.Sum256(append(append(append(text[:0], jobUUID...), ' '), action...))
	return asUUID([16]byte(sum[:]))
}

// NewUUID returns a new random uuid for a resource that a call is to create, which the
// caller wants to know before the call: for the field ResourceUUID of the actions that
// have one. It is a UUID of version 4 without its dashes, 32 lower-case hexadecimal
// digits, which is the only form that servers take. Without one of the caller's the
// client chooses the uuid, as the package documentation says under "Creations", where it
// also says which error a uuid gives that is taken.
func NewUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: it ends the program instead
	return asUUID(b)
}

// asUUID writes bytes as a UUID of version 4 without its dashes, which is what servers
// take.
func asUUID(b [16]byte) string {
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	var text [32]byte
	hex.Encode(text[:], b[:])
	return string(text[:])
}

// WithoutResourceUUIDs has the client choose no uuids for what its calls create. By
// default it does, where the action has a parameter for that ([ActionInfo]) which the
// call leaves unset: the uuid follows from the call's first job uuid and the action's
// name. The package documentation says under "Creations" what that is good for.
func WithoutResourceUUIDs() Option {
	return func(c *config) error {
		c.noResourceUUIDs = true
		return nil
	}
}

// NewJobUUID returns a new random job uuid for [WithJobUUID]: a UUID of version 4
// without its dashes, which are 32 lower-case hexadecimal digits.
func NewJobUUID() string { return NewUUID() }

func isUUID(s string) bool {
	return len(s) == 32 && strings.Trim(s, "0123456789abcdef") == ""
}
