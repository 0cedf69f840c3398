// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CoffeePayments} from "../CoffeePayments.sol";

/// @notice Pays in the native coin, takes nothing back, and burns what gas it gets.
contract StubbornPayer {
    function pay(CoffeePayments payments, CoffeePayments.Invoice calldata invoice, bytes calldata signature)
        external
        payable
    {
        payments.pay{value: msg.value}(invoice, signature);
    }

    receive() external payable {
        while (true) {}
    }
}
