package zstack

import (
	"github.com/zstack-go/zstack-go/internal/creation"
)

// NewJobUUID returns a new random job uuid for [WithJobUUID]: a UUID of version 4
// without its dashes, which are 32 lower-case hexadecimal digits.
func NewJobUUID() string { return creation.NewUUID() }

// NewUUID returns a new random uuid for a resource that a call is to create, which the
// caller wants to know before the call: for the field ResourceUUID of the actions that
// have one. It is a UUID of version 4 without its dashes, 32 lower-case hexadecimal
// digits, which is the only form that servers take. Without one of the caller's the
// client chooses the uuid, as the package documentation says under "Creations", where it
// also says which error a uuid gives that is taken.
func NewUUID() string { return creation.NewUUID() }
