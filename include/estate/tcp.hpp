// SPDX-License-Identifier: BSL-1.0
#pragma once

// TCP sockets on the platform's backend, whole.

#include <estate/backend/posix/sockets.hpp>
#include <estate/socket/create.hpp>
#include <estate/socket/operation/accept.hpp>
#include <estate/socket/operation/begin_connect.hpp>
#include <estate/socket/operation/bind.hpp>
#include <estate/socket/operation/close.hpp>
#include <estate/socket/operation/connect.hpp>
#include <estate/socket/operation/listen.hpp>
#include <estate/socket/operation/observe.hpp>
#include <estate/socket/operation/recv.hpp>
#include <estate/socket/operation/release.hpp>
#include <estate/socket/operation/send.hpp>
#include <estate/socket/operation/settings.hpp>
#include <estate/socket/operation/shutdown.hpp>
#include <estate/socket/option/address_reuse.hpp>
#include <estate/socket/option/binding.hpp>
#include <estate/socket/option/buffers.hpp>
#include <estate/socket/option/stream.hpp>
