package systemtags

import (
	"context"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// Set puts a system tag on a resource, in place of one of the same pattern that it has. A tag
// that names another resource, as a static IP address names its L3 network, replaces only
// the one that names the same. Tags of no pattern that is known are put beside all others.
// Nothing is changed where the resource has the very tag.
//
// resourceType is the type of the resource as the server calls it, such as "VmInstanceVO";
// [Pattern.Resources] has those that the tag is for. Set asks for the resource's tags
// and then creates one or updates the one that is there, each of which is a call with
// the options; where it has several, as it should not, the others are deleted. Two programs that set
// tags of one resource at a time can leave it with both.
func Set(ctx context.Context, c *zstack.Client, resourceType, resourceUUID, tag string, opts ...zstack.CallOption) error {
	var there []types.SystemTagInventory
	if wanted, known := Parse(tag); known {
		query := actions.QuerySystemTagAction{Conditions: zstack.Where(zstack.Eq("resourceUuid", resourceUUID))}
		for inventory, err := range query.All(ctx, c, opts...) {
			if err != nil {
				return err
			}
			if has, ok := Parse(inventory.Tag); ok && has.isFor(wanted) && inventory.ResourceType == resourceType {
				there = append(there, inventory)
			}
		}
	}
	if len(there) == 0 {
		_, err := actions.CreateSystemTagAction{ResourceType: resourceType, ResourceUUID: resourceUUID, Tag: types.SystemTag(tag)}.Call(ctx, c, opts...)
		return err
	}
	if string(there[0].Tag) != tag {
		if _, err := (actions.UpdateSystemTagAction{UUID: there[0].UUID, Tag: types.SystemTag(tag)}).Call(ctx, c, opts...); err != nil {
			return err
		}
	}
	for _, other := range there[1:] {
		if _, err := (actions.DeleteTagAction{UUID: other.UUID}).Call(ctx, c, opts...); err != nil {
			return err
		}
	}
	return nil
}
