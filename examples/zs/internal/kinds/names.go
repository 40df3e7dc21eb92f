package kinds

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/zstack"
)

// A Resource is what there is to say of any: its UUID and, if the kind has names, its name.
type Resource struct {
	UUID string `json:"uuid"`
	Name string `json:"name"`
}

// find reads the UUIDs and names of the resources that conditions select, up to a limit.
func (k Kind) find(ctx context.Context, client *zstack.Client, limit int, conditions ...zstack.Condition) ([]Resource, error) {
	action, err := Make(k.Query, map[string]any{"conditions": zstack.Where(conditions...), "limit": limit})
	if err != nil {
		return nil, err
	}
	var page struct {
		Inventories []Resource `json:"inventories"`
	}
	err = client.Call(ctx, action, &page)
	return page.Inventories, err
}

// The reasons why a name leads to no resource.
var (
	ErrNoSuchName = errors.New("no resource has the name")
	ErrAmbiguous  = errors.New("several resources have the name")
)

// A NameError says that a name does not lead to one resource.
type NameError struct {
	Kind, Name string
	UUIDs      []string // of those that have the name
	Err        error    // [ErrNoSuchName] or [ErrAmbiguous]
}

func (e *NameError) Error() string {
	if errors.Is(e.Err, ErrAmbiguous) {
		return lang.S("several resources of the kind %s are named %q: give the UUID (%s)", e.Kind, e.Name, strings.Join(e.UUIDs, ", "))
	}
	return lang.S("no resource of the kind %s is named %q", e.Kind, e.Name)
}

// Unwrap returns the reason.
func (e *NameError) Unwrap() error { return e.Err }

// Find returns the UUID of the only resource of some kinds ("VmInstanceVO") that has a name. It
// reports false where none of the kinds has names.
func Find(ctx context.Context, client *zstack.Client, resources []string, name string) (uuid string, known bool, err error) {
	var named []Kind
	for _, resource := range resources {
		if k, found := OfResource(resource); found && k.HasName() {
			named = append(named, k)
		}
	}
	if len(named) == 0 {
		return "", false, nil
	}
	uuid, err = only(ctx, client, name, named...)
	return uuid, true, err
}

// FindOne returns the UUID of the resource of a kind that has a name or a UUID.
func (k Kind) FindOne(ctx context.Context, client *zstack.Client, nameOrUUID string) (string, error) {
	switch {
	case IsUUID(nameOrUUID):
		return UUID(nameOrUUID), nil
	case !k.HasName():
		return nameOrUUID, nil
	}
	return only(ctx, client, nameOrUUID, k)
}

// only returns the UUID of the only resource of some kinds that has a name.
func only(ctx context.Context, client *zstack.Client, name string, of ...Kind) (string, error) {
	failed := &NameError{Name: name, Err: ErrNoSuchName}
	for _, k := range of {
		failed.Kind = k.Word
		named, err := k.Named(ctx, client, name)
		if err != nil {
			return "", err
		}
		for _, r := range named {
			failed.UUIDs = append(failed.UUIDs, r.UUID)
		}
	}
	switch len(failed.UUIDs) {
	case 0:
		return "", failed
	case 1:
		return failed.UUIDs[0], nil
	}
	failed.Err = ErrAmbiguous
	return "", failed
}

// Named returns the resources that have exactly this name.
func (k Kind) Named(ctx context.Context, client *zstack.Client, name string) ([]Resource, error) {
	found, err := k.find(ctx, client, 100, zstack.Eq("name", name))
	// The server compares without regard to case and to spaces at the end.
	found = slices.DeleteFunc(found, func(r Resource) bool { return r.Name != name })
	return found, err
}

// WithUUID returns the resource that has this UUID, if there is one.
func (k Kind) WithUUID(ctx context.Context, client *zstack.Client, uuid string) (Resource, bool, error) {
	found, err := k.find(ctx, client, 1, zstack.Eq("uuid", uuid))
	if err != nil || len(found) == 0 {
		return Resource{}, false, err
	}
	return found[0], true, nil
}

// Beginning returns resources whose names begin with a prefix, as many as fit on a screen.
func (k Kind) Beginning(ctx context.Context, client *zstack.Client, prefix string) ([]Resource, error) {
	if prefix == "" {
		return k.find(ctx, client, 200)
	}
	if strings.ContainsAny(prefix, "%_") {
		prefix, _, _ = strings.Cut(strings.ReplaceAll(prefix, "_", "%"), "%")
	}
	return k.find(ctx, client, 200, zstack.Like("name", prefix+"%"))
}

// Some returns a few resources.
func (k Kind) Some(ctx context.Context, client *zstack.Client) ([]Resource, error) {
	return k.find(ctx, client, 200)
}
