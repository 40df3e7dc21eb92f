package systemtags_test

import (
	"fmt"
	"net/netip"

	"github.com/zstack-go/zstack-go/types/systemtags"
)

func ExampleVmHostname() {
	fmt.Println(systemtags.VmHostname("web-1"))
	// Output: hostname::web-1
}

// IP addresses are written as the server wants them.
func ExampleVmStaticIP() {
	fmt.Println(systemtags.VmStaticIP("1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d", netip.MustParseAddr("2001:db8::7")))
	// Output: staticIp::1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d::2001:db8--7
}

// User data is sent in base64.
func ExampleVmUserData() {
	fmt.Println(systemtags.VmUserData([]byte("#cloud-config\n")))
	// Output: userdata::I2Nsb3VkLWNvbmZpZwo=
}

func ExampleParse() {
	tag, ok := systemtags.Parse("hostname::web-1")
	fmt.Println(ok, tag.Values["hostname"], tag.Resources)
	// Output: true web-1 [AutoScalingVmTemplateVO VmInstanceVO]
}
