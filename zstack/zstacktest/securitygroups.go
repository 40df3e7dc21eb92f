package zstacktest

import (
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func securityGroupAPIs() []*api {
	return []*api{
		on("CreateSecurityGroup", createSecurityGroup),
		on("UpdateSecurityGroup", update),
		on("ChangeSecurityGroupState", changeState),
		on("DeleteSecurityGroup", remove),
		on("AddSecurityGroupRule", addSecurityGroupRules),
		on("DeleteSecurityGroupRule", deleteSecurityGroupRules),
		on("AttachSecurityGroupToL3Network", attach("securityGroupUuid", "attachedL3NetworkUuids", "l3NetworkUuid")),
		on("DetachSecurityGroupFromL3Network", detach("securityGroupUuid", "attachedL3NetworkUuids", "l3NetworkUuid")),
		on("AddVmNicToSecurityGroup", addNICsToSecurityGroup),
		on("DeleteVmNicFromSecurityGroup", deleteNICsFromSecurityGroup),
	}
}

// createSecurityGroup makes a group with the rules that let its members talk to each other
// and everything out.
func createSecurityGroup(c *call) (*javajson.Object, *apierr.Error) {
	group, err := c.insert("SecurityGroup", map[string]any{"attachedL3NetworkUuids": []string{}})
	if err != nil {
		return nil, err
	}
	for _, version := range []int64{4, 6} {
		for _, direction := range []string{"Ingress", "Egress"} {
			everything := "0.0.0.0/0"
			if version == 6 {
				everything = "::/0"
			}
			c.store().Insert("SecurityGroupRule", c.now, map[string]any{
				"securityGroupUuid": group.Key, "type": direction, "ipVersion": version, "protocol": "ALL", "priority": int64(0),
				"description": "default rule", "remoteSecurityGroupUuid": group.Key, "allowedCidr": everything,
			})
		}
	}
	return c.answer(group)
}

// addSecurityGroupRules adds rules behind or among those of their direction.
func addSecurityGroupRules(c *call) (*javajson.Object, *apierr.Error) {
	group := c.row("securityGroupUuid")
	rules, ok := toRecords(c.raw["rules"])
	if !ok {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "the rules of security group[uuid:%s] are not valid", group.Key)
	}
	for _, rule := range rules {
		fields, err := c.securityGroupRule(group, rule)
		if err != nil {
			return nil, err
		}
		c.store().Insert("SecurityGroupRule", c.now, fields)
	}
	return c.answer(group)
}

// securityGroupRule reads a rule in the older form, with ports and a CIDR, or the newer
// one, with lists of both, and returns it in both.
func (c *call) securityGroupRule(group *store.Row, rule map[string]any) (map[string]any, *apierr.Error) {
	value := func(name string) string { return store.Text(rule[name]) }
	direction, protocol := value("type"), strings.ToUpper(value("protocol"))
	if direction != "Ingress" && direction != "Egress" {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "the type[%s] of a rule is neither Ingress nor Egress", direction)
	}
	fields := map[string]any{
		"securityGroupUuid": group.Key, "type": direction, "protocol": protocol, "priority": c.nextPriority(group, direction),
	}
	for _, name := range []string{"state", "action", "description", "srcIpRange", "dstIpRange", "dstPortRange", "remoteSecurityGroupUuid", "allowedCidr"} {
		if s := value(name); s != "" {
			fields[name] = s
		}
	}
	if n, ok := store.ToInt(rule["ipVersion"]); ok {
		fields["ipVersion"] = n
	}
	start, hasStart := store.ToInt(rule["startPort"])
	end, hasEnd := store.ToInt(rule["endPort"])
	if hasStart && hasEnd {
		fields["startPort"], fields["endPort"] = start, end
		fields["dstPortRange"] = store.Text(start)
		if start != end {
			fields["dstPortRange"] = store.Text(start) + "-" + store.Text(end)
		}
	}
	if cidr := value("allowedCidr"); cidr != "" {
		if direction == "Ingress" {
			fields["srcIpRange"] = cidr
		} else {
			fields["dstIpRange"] = cidr
		}
	}
	return fields, nil
}

// nextPriority is that of a rule behind the others of its direction.
func (c *call) nextPriority(group *store.Row, direction string) int64 {
	next := int64(1)
	for _, r := range c.store().By("SecurityGroupRule", "securityGroupUuid", group.Key) {
		if r.Str("type") == direction {
			next = max(next, r.Int("priority")+1)
		}
	}
	return next
}

func deleteSecurityGroupRules(c *call) (*javajson.Object, *apierr.Error) {
	var group *store.Row
	for _, uuid := range c.list("ruleUuids") {
		if c.store().Get("SecurityGroupRule", uuid) == nil {
			return nil, apierr.Failf(apierr.CodeNotFound, "unable to find the security group rule[uuid:%s]", uuid)
		}
	}
	for _, rule := range c.rows("ruleUuids", "SecurityGroupRule") {
		group = c.store().Get("SecurityGroup", rule.Str("securityGroupUuid"))
		c.node.remove(rule, c.now)
	}
	if group == nil {
		return nil, nil
	}
	return c.answer(group)
}

func addNICsToSecurityGroup(c *call) (*javajson.Object, *apierr.Error) {
	group := c.row("securityGroupUuid")
	attached := group.List("attachedL3NetworkUuids")
	for _, nic := range c.rows("vmNicUuids", "VmNic") {
		if !slices.Contains(attached, nic.Str("l3NetworkUuid")) {
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "security group[uuid:%s] is not attached to l3 network[uuid:%s]", group.Key, nic.Str("l3NetworkUuid"))
		}
		c.store().Insert("VmNicSecurityGroupRef", c.now, map[string]any{
			"vmNicUuid": nic.Key, "securityGroupUuid": group.Key, "vmInstanceUuid": nic.Str("vmInstanceUuid"),
			"priority": int64(1 + len(c.store().By("VmNicSecurityGroupRef", "vmNicUuid", nic.Key))),
		})
	}
	return nil, nil
}

func deleteNICsFromSecurityGroup(c *call) (*javajson.Object, *apierr.Error) {
	for _, uuid := range c.list("vmNicUuids") {
		for _, ref := range slices.Clone(c.store().By("VmNicSecurityGroupRef", "vmNicUuid", uuid)) {
			if ref.Str("securityGroupUuid") == c.str("securityGroupUuid") {
				c.node.remove(ref, c.now)
			}
		}
	}
	return nil, nil
}
