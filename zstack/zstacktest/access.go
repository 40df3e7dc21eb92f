package zstacktest

import (
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// ownerField holds the account that a record belongs to; one without belongs to the
// administrator. sharedField holds the accounts that it is shared with, or everybody.
const (
	ownerField  = "@owner"
	sharedField = "@shared"
	everybody   = "*"
)

// adminOnly are the beginnings of what only an administrator may do: the verbs of the
// platform itself.
var adminOnly = []string{
	"Zone", "Cluster", "Host", "KVMHost", "SimulatorHost", "PrimaryStorage", "LocalPrimaryStorage", "NfsPrimaryStorage", "BackupStorage",
	"ImageStoreBackupStorage", "SftpBackupStorage", "InstanceOffering", "DiskOffering", "L2", "Account", "Quota", "GlobalConfig",
}

// isAdminOnly reports whether a call changes the platform.
func (a *api) isAdminOnly() bool {
	if !a.Async || a.name == "ChangeInstanceOffering" {
		return false
	}
	object := strings.TrimLeft(a.name[1:], "abcdefghijklmnopqrstuvwxyz")
	return slices.ContainsFunc(adminOnly, func(begin string) bool { return strings.HasPrefix(object, begin) })
}

// isAdmin reports whether the call comes from the administrator.
func (c *call) isAdmin() bool { return c.account == adminUUID || c.account == "" }

// checkAccess refuses what an ordinary account must not do at all.
func (c *call) checkAccess() *apierr.Error {
	if c.isAdmin() || !c.api.isAdminOnly() {
		return nil
	}
	if c.node.release.NewErrors {
		return apierr.Failf(c.node.release.Denied, "operation[API:%s] is denied: admin-only API", c.api.name)
	}
	return apierr.Failf(c.node.release.Denied, "request api[name: %s] is admin only, can not be executed by current user", c.api.name)
}

// checkOwner refuses to change what belongs to others.
func (c *call) checkOwner() *apierr.Error {
	if c.isAdmin() || !c.api.Async {
		return nil
	}
	if c.node.release.NewErrors {
		// An account may do nothing until it has roles, which the node does not know.
		return apierr.Failf(c.node.release.Denied, "operation[API:%s] is denied: no permission", c.api.name)
	}
	params := c.api.Params()
	for i := range params {
		k := refOf(&params[i])
		uuid, ok := c.args[params[i].Name].(string)
		if k == nil || !ok {
			continue
		}
		if r := c.store().Get(k.Name, uuid); r != nil && !c.sees(r) {
			return apierr.Failf(c.node.release.NotOwner, "operation error, the account[uuid:%s] is not the owner of the resource[uuid:%s, type:%s]",
				c.account, uuid, params[i].RefersTo[0])
		}
	}
	return nil
}

// sees reports whether the caller sees a record.
func (c *call) sees(r *store.Row) bool {
	if c.isAdmin() || r.Str(ownerField) == c.account || r.Key == c.account || r.Str("accountUuid") == c.account || r.Str("identityUuid") == c.account {
		return true
	}
	shared := r.List(sharedField)
	if slices.Contains(shared, c.account) || slices.Contains(shared, everybody) {
		return true
	}
	if c.node.release.Visible && slices.Contains([]string{"Zone", "Host", "Account"}, r.Kind.Name) {
		return true
	}
	// What belongs to a record is seen by whoever sees that.
	for _, f := range r.Kind.Fields {
		if f.Owned && f.Ref != "Zone" && f.Ref != "Account" {
			if owner := c.store().Get(f.Ref, r.Str(f.Name)); owner != nil && c.sees(owner) {
				return true
			}
		}
	}
	return false
}
