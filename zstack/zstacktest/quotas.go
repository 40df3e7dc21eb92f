package zstacktest

import (
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func quotaAPIs() []*api {
	return []*api{
		on("UpdateQuota", updateQuota),
		on("GetAccountQuotaUsage", getQuotaUsage),
		on("ShareResource", shareResource),
		on("RevokeResourceSharing", revokeSharing),
		on("CheckApiPermission", checkPermission),
	}
}

// quotas are those that an account has, with what they are at first.
var quotas = []struct {
	name  string
	value int64
}{
	{"snapshot.volume.num", 200}, {"image.num", 20}, {"eip.num", 20}, {"volume.data.num", 40}, {"vm.totalNum", 20},
	{"vm.memorySize", 80 << 30}, {"securityGroup.num", 20}, {"vxlan.num", 8}, {"vm.cpuNum", 80}, {"l3.num", 20},
	{"volume.capacity", 10 << 40}, {"listener.num", 20}, {"portForwarding.num", 20}, {"loadBalancer.num", 20},
	{"ssh_key_pair.num", 20}, {"vip.num", 20}, {"image.size", 10 << 40}, {"vm.num", 20},
}

// addQuotas gives a new account its quotas.
func (c *call) addQuotas(account *store.Row) {
	for _, q := range quotas {
		c.store().Insert("Quota", c.now, map[string]any{"name": q.name, "identityUuid": account.Key, "identityType": "AccountVO", "value": q.value})
	}
}

// quotaOf is a quota of an account; nil when it has none of the name.
func quotaOf(s *store.Store, account, name string) *store.Row {
	for _, q := range s.By("Quota", "identityUuid", account) {
		if q.Str("name") == name {
			return q
		}
	}
	return nil
}

func updateQuota(c *call) (*javajson.Object, *apierr.Error) {
	q := quotaOf(c.store(), c.str("identityUuid"), c.str("name"))
	if q == nil {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "cannot find Quota[name: %s] for the account[uuid: %s]", c.str("name"), c.str("identityUuid"))
	}
	return c.change(q, map[string]any{"value": c.int("value")})
}

// used is how much of a quota an account has used, of those that the node counts.
func used(s *store.Store, account, name string) int64 {
	kind, ok := map[string]string{"vm.num": "VmInstance", "vm.totalNum": "VmInstance", "image.num": "Image", "securityGroup.num": "SecurityGroup", "l3.num": "L3Network"}[name]
	if !ok {
		return 0
	}
	n := int64(0)
	for _, r := range s.All(kind) {
		if r.Str(ownerField) == account {
			n++
		}
	}
	return n
}

// checkQuota refuses what goes beyond an account's quota.
func (c *call) checkQuota(name string) *apierr.Error {
	q := quotaOf(c.store(), c.account, name)
	if q == nil || c.isAdmin() {
		return nil
	}
	if used := used(c.store(), c.account, name); used+1 > q.Int("value") {
		account := c.store().Get("Account", c.account)
		return apierr.Failf(apierr.CodeQuota, "quota exceeding.The resource owner(or target resource owner) account[uuid: %s name: %s] exceeds a quota[name: %s, value: %d], "+
			"Current used:%d, Request:1. Please contact the administrator.", c.account, account.Str("name"), name, q.Int("value"), used)
	}
	return nil
}

func getQuotaUsage(c *call) (*javajson.Object, *apierr.Error) {
	account := c.str("uuid")
	usages := []*javajson.Object{}
	for _, q := range c.store().By("Quota", "identityUuid", account) {
		u := &javajson.Object{Class: "org.zstack.header.identity.Quota$QuotaUsage"}
		u.Add("name", q.Str("name"))
		u.Add("total", q.Int("value"))
		u.Add("used", used(c.store(), account, q.Str("name")))
		usages = append(usages, u)
	}
	o := &javajson.Object{}
	o.Add("usages", usages)
	return o, nil
}

// shareResource lets accounts see resources of others.
func shareResource(c *call) (*javajson.Object, *apierr.Error) {
	c.eachShared(func(r *store.Row, account string) { c.node.enlist(r, sharedField, account) })
	return nil, nil
}

func revokeSharing(c *call) (*javajson.Object, *apierr.Error) {
	c.eachShared(func(r *store.Row, account string) { c.node.unlist(r, sharedField, account) })
	return nil, nil
}

// eachShared goes over the resources and accounts that a call names.
func (c *call) eachShared(do func(r *store.Row, account string)) {
	accounts := c.list("accountUuids")
	if toPublic, _ := c.args["toPublic"].(bool); toPublic {
		accounts = append(accounts, everybody)
	}
	for _, uuid := range c.list("resourceUuids") {
		r := c.store().Find(uuid)
		if r == nil {
			continue
		}
		for _, account := range accounts {
			do(r, account)
		}
	}
}

// checkPermission says of each API whether the caller may call it.
func checkPermission(c *call) (*javajson.Object, *apierr.Error) {
	o := &javajson.Object{}
	for _, name := range c.list("apiNames") {
		o.Add(name, "Allow")
	}
	return inventoryResult(o), nil
}
