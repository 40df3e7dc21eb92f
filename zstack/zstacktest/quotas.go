package zstacktest

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
func (c *call) addQuotas(account *row) {
	for _, q := range quotas {
		c.store().insert("Quota", c.now, map[string]any{"name": q.name, "identityUuid": account.key, "identityType": "AccountVO", "value": q.value})
	}
}

// quotaOf is a quota of an account; nil when it has none of the name.
func quotaOf(s *store, account, name string) *row {
	for _, q := range s.by("Quota", "identityUuid", account) {
		if q.str("name") == name {
			return q
		}
	}
	return nil
}

func updateQuota(c *call) (*object, *apiError) {
	q := quotaOf(c.store(), c.str("identityUuid"), c.str("name"))
	if q == nil {
		return nil, failf(codeInvalidArgument, "cannot find Quota[name: %s] for the account[uuid: %s]", c.str("name"), c.str("identityUuid"))
	}
	return c.change(q, map[string]any{"value": c.int("value")})
}

// used is how much of a quota an account has used, of those that the node counts.
func used(s *store, account, name string) int64 {
	kind, ok := map[string]string{"vm.num": "VmInstance", "vm.totalNum": "VmInstance", "image.num": "Image", "securityGroup.num": "SecurityGroup", "l3.num": "L3Network"}[name]
	if !ok {
		return 0
	}
	n := int64(0)
	for _, r := range s.all(kind) {
		if r.str(ownerField) == account {
			n++
		}
	}
	return n
}

// checkQuota refuses what goes beyond an account's quota.
func (c *call) checkQuota(name string) *apiError {
	q := quotaOf(c.store(), c.account, name)
	if q == nil || c.isAdmin() {
		return nil
	}
	if used := used(c.store(), c.account, name); used+1 > q.int("value") {
		account := c.store().get("Account", c.account)
		return failf(codeQuota, "quota exceeding.The resource owner(or target resource owner) account[uuid: %s name: %s] exceeds a quota[name: %s, value: %d], "+
			"Current used:%d, Request:1. Please contact the administrator.", c.account, account.str("name"), name, q.int("value"), used)
	}
	return nil
}

func getQuotaUsage(c *call) (*object, *apiError) {
	account := c.str("uuid")
	usages := []*object{}
	for _, q := range c.store().by("Quota", "identityUuid", account) {
		u := &object{class: "org.zstack.header.identity.Quota$QuotaUsage"}
		u.add("name", q.str("name"))
		u.add("total", q.int("value"))
		u.add("used", used(c.store(), account, q.str("name")))
		usages = append(usages, u)
	}
	o := &object{}
	o.add("usages", usages)
	return o, nil
}

// shareResource lets accounts see resources of others.
func shareResource(c *call) (*object, *apiError) {
	c.eachShared(func(r *row, account string) { c.node.enlist(r, sharedField, account) })
	return nil, nil
}

func revokeSharing(c *call) (*object, *apiError) {
	c.eachShared(func(r *row, account string) { c.node.unlist(r, sharedField, account) })
	return nil, nil
}

// eachShared goes over the resources and accounts that a call names.
func (c *call) eachShared(do func(r *row, account string)) {
	accounts := c.list("accountUuids")
	if toPublic, _ := c.args["toPublic"].(bool); toPublic {
		accounts = append(accounts, everybody)
	}
	for _, uuid := range c.list("resourceUuids") {
		r := c.store().find(uuid)
		if r == nil {
			continue
		}
		for _, account := range accounts {
			do(r, account)
		}
	}
}

// checkPermission says of each API whether the caller may call it.
func checkPermission(c *call) (*object, *apiError) {
	o := &object{}
	for _, name := range c.list("apiNames") {
		o.add(name, "Allow")
	}
	return inventoryResult(o), nil
}
