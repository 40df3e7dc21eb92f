package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFieldName(t *testing.T) {
	t.Parallel()
	for wire, want := range map[string]string{
		"uuid": "UUID", "vmInstanceUuid": "VmInstanceUUID", "l3NetworkUuids": "L3NetworkUUIDs", "ips": "IPs",
		"sshPort": "SSHPort", "message_cn": "MessageCn", "loginMNUrl": "LoginMNURL", "Ip6Map": "Ip6Map", "IpMap": "IPMap",
		"ipsec": "Ipsec", "ipVersion": "IPVersion", "ipv6": "Ipv6", "cpuNum": "CPUNum", "CPULevel": "CPULevel", "ID": "ID",
		"AccessKeyID": "AccessKeyID", "VMsUuid": "VMsUUID", "vlan": "VLAN", "mac": "MAC", "healthCheckURI": "HealthCheckURI",
		"apiId": "APIID", "httpsUrls": "HTTPSURLs", "identity": "Identity", "valid": "Valid", "macOs": "MACOs",
	} {
		require.Equal(t, want, fieldName(wire), wire)
	}
}

func TestCodeName(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ prefix, name, want string }{
		{"SYS", "RESOURCE_NOT_FOUND", "SysResourceNotFound"},
		{"BS.SFTP", "WRONG_PORT", "BsSftpWrongPort"},
		{"vmSchedulingRule", "IN_USE", "VmSchedulingRuleInUse"},
		{"LONG_JOB", "CANCELED", "LongJobCanceled"},
		{"ID", "INVALID_SESSION", "IDInvalidSession"},
		{"VM", "NOT_IN_CORRECT_STATE", "VmNotInCorrectState"},
		{"L2", "ATTACH_ERROR", "L2AttachError"},
	} {
		require.Equal(t, tt.want, codeName(tt.prefix, tt.name))
	}
}

func TestConstantName(t *testing.T) {
	t.Parallel()
	require.Equal(t, "ControlStrategyACCEPT", constantName("ControlStrategy", "ACCEPT"))
	require.Equal(t, "HybridTypeAliyunNAS", constantName("HybridType", "aliyunNAS"))
	require.Equal(t, "ProtocolTypeTCP_UDP", constantName("ProtocolType", "TCP_UDP"))
	require.Equal(t, "Bus3_5_inch", constantName("Bus", "3.5-inch"))
}

func TestInfoName(t *testing.T) {
	t.Parallel()
	require.Equal(t, "recoverVmInstanceInfo", infoName("RecoverVmInstanceAction"))
}
