//! The resources of AWS whose blocks are all the rules of a group.

use super::super::platform::{Adopts, Owner};
use super::rule::point;
use crate::model::words::Direction;

/// What happens to groups and default groups was seen with the AWS provider 5.100 at an EC2 endpoint.
pub(super) const OWNERS: &[Owner] = &[
    Owner {
        kind: "aws_security_group",
        blocks: BLOCKS,
        point: Some(point),
        adopts: None,
    },
    // AWS has no way to delete a default group: if Terraform destroys the resource, the group and its rules stay.
    Owner {
        kind: "aws_default_security_group",
        blocks: BLOCKS,
        point: Some(point),
        adopts: Some(Adopts {
            network: "vpc_id",
            networks: &["aws_default_vpc", "aws_vpc"],
            group: "default_security_group_id",
        }),
    },
];

const BLOCKS: &[(&str, &[Direction])] = &[
    ("ingress", &[Direction::Ingress]),
    ("egress", &[Direction::Egress]),
];
